import { PatchError } from './error.ts';
import { goJsonKind } from './go-format.ts';
import { equal, isObject, withEntry } from './json.ts';
import { parsePointer } from './pointer.ts';

export interface JsonPatchOptions {
  /** Default 10 000. */
  readonly maxOperations?: number;
  /** Most bytes of JSON that `copy` operations may add (default 3 145 728). */
  readonly maxCopiedBytes?: number;
}

/**
 * RFC 6902, all operations or none. `document` stays as it is. As in the API server an index may be negative, and a test of
 * a missing path against `null` passes.
 * @throws PatchError
 */
export function applyJsonPatch(document: unknown, patch: unknown, options: JsonPatchOptions = {}): unknown {
  const { maxOperations = 10_000, maxCopiedBytes = 3_145_728 } = options;
  const operations = parseOperations(patch);
  if (operations.length > maxOperations) {
    throw new PatchError(
      'tooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`,
    );
  }
  const budget = { left: maxCopiedBytes };
  return operations.reduce((result, operation) => perform(result, operation, budget), document);
}

interface Operation {
  readonly op?: string;
  readonly path?: string;
  readonly from?: string;
  readonly value?: unknown;
}

function perform(document: unknown, operation: Operation, budget: { left: number }): unknown {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'add':
      return add(document, path, given(operation));
    case 'remove':
      return remove(document, path);
    case 'replace':
      return replace(document, path, given(operation));
    case 'move': {
      const from = pointer(operation.from);
      return add(remove(document, from), path, get(document, from));
    }
    case 'copy': {
      const value = get(document, pointer(operation.from));
      budget.left -= JSON.stringify(value).length;
      if (budget.left < 0) throw new PatchError('tooLarge', 'Request entity too large: copy operations add too much');
      return add(document, path, value);
    }
    case 'test':
      return test(document, path, given(operation));
    default:
      throw invalid();
  }
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  return change(
    document,
    path,
    (parent, key) => {
      if (isObject(parent)) return withEntry(parent, key, value);
      const list = [...parent];
      list.splice(key === '-' ? list.length : indexIn(list.length + 1, key), 0, value);
      return list;
    },
    value,
  );
}

function remove(document: unknown, path: readonly string[]): unknown {
  if (path.length === 0) throw invalid();
  return change(document, path, (parent, key) => {
    if (isObject(parent)) {
      if (!Object.hasOwn(parent, key)) throw invalid();
      const { [key]: _, ...rest } = parent;
      return rest;
    }
    return parent.toSpliced(indexIn(parent.length, key), 1);
  });
}

function replace(document: unknown, path: readonly string[], value: unknown): unknown {
  return change(
    document,
    path,
    (parent, key) => {
      if (!isObject(parent)) return parent.with(indexIn(parent.length, key), value);
      if (!Object.hasOwn(parent, key)) throw invalid();
      return withEntry(parent, key, value);
    },
    value,
  );
}

function test(document: unknown, path: readonly string[], value: unknown): unknown {
  const found = find(document, path);
  if (found === undefined ? value !== null : !equal(found, value)) throw invalid();
  return document;
}

type Container = Record<string, unknown> | readonly unknown[];

/** `document` with the container that holds the end of `path` changed; `root` is the result for an empty path. */
function change(
  document: unknown,
  path: readonly string[],
  edit: (parent: Container, key: string) => unknown,
  root?: unknown,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return root;
  if (!isContainer(document)) throw invalid();
  if (rest.length === 0) return edit(document, key);
  if (!isObject(document)) {
    const index = indexIn(document.length, key);
    return document.with(index, change(document[index], rest, edit));
  }
  if (!Object.hasOwn(document, key)) throw invalid();
  return withEntry(document, key, change(document[key], rest, edit));
}

function get(document: unknown, path: readonly string[]): unknown {
  const value = find(document, path);
  if (value === undefined) throw invalid();
  return value;
}

/** `undefined` where the last step leads nowhere. @throws PatchError where an earlier one does */
function find(document: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return document;
  if (!isContainer(document)) throw invalid();
  const child = isObject(document) ? own(document, key) : document[indexIn(document.length, key)];
  if (child === undefined && rest.length > 0) throw invalid();
  return find(child, rest);
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An index below `length`, counted from the end when negative. */
function indexIn(length: number, key: string): number {
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN;
  const positive = index < 0 ? index + length : index;
  if (!(positive >= 0 && positive < length)) throw invalid();
  return positive;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function pointer(text: string | undefined): readonly string[] {
  const path = text === undefined ? undefined : parsePointer(text);
  if (path === undefined) throw invalid();
  return path;
}

function given(operation: Operation): unknown {
  if (operation.value === undefined) throw invalid();
  return operation.value;
}

function invalid(): PatchError {
  return new PatchError('invalid', 'the server rejected our request due to an error in our request');
}

function parseOperations(patch: unknown): readonly Operation[] {
  if (patch === null) return [];
  if (!Array.isArray(patch)) throw undecodable(patch, 'value of type []handlers.jsonPatchOp');
  return patch.map(parseOperation);
}

function parseOperation(operation: unknown): Operation {
  if (!isObject(operation)) throw undecodable(operation, 'value of type handlers.jsonPatchOp');
  for (const key of ['op', 'path', 'from']) {
    const value = operation[key];
    if (value !== undefined && typeof value !== 'string') {
      throw undecodable(value, `struct field jsonPatchOp.${key} of type string`);
    }
  }
  return operation;
}

function undecodable(value: unknown, into: string): PatchError {
  return new PatchError('format', `error decoding patch: json: cannot unmarshal ${goJsonKind(value)} into Go ${into}`);
}

import {
  keysOf,
  isMissing,
  isNull,
  isEmpty,
  keyStyleOf,
  peekField,
  setField,
  textOf,
  wrongKind,
  type Node,
  type NodeKind,
} from '../tree.ts';
import { KeptNull } from './kept-null.ts';
import { mergeKeyedList, mergeTextList } from './keyed-list.ts';
import { takeDirective } from './directive.ts';
import { emptySchema, type Schema, type SchemaOf } from './schema.ts';

/**
 * Merges a strategic merge patch into a resource's tree, as kustomize does and not as the API server does (engine §10):
 * `dest` is changed in place and parts of `patch` become parts of it. The walk covers all of `dest`, also what the
 * patch does not mention.
 * @returns `undefined` when the patch deletes the resource
 */
export function mergePatch(dest: Node, patch: Node, schemaOf: SchemaOf): Node | undefined {
  return new Merge(schemaOf).merge(dest, patch, undefined);
}

export class Merge {
  readonly #schemaOf: SchemaOf;

  constructor(schemaOf: SchemaOf) {
    this.#schemaOf = schemaOf;
  }

  /** @returns what stands in the place afterwards; nothing or a null that is not kept means: remove it */
  merge(dest: Node | undefined, patch: Node | undefined, known: Schema | undefined): Node | undefined {
    const schema = this.#schema(dest, patch, known);
    const kind = kindOf(dest, patch);
    if (kind === 'scalar') return patch ?? dest;
    if (kind === 'sequence') return this.#mergeList(dest, patch, schema);
    return this.#mergeMap(dest, patch, schema);
  }

  #mergeMap(dest: Node | undefined, patch: Node | undefined, schema: Schema | undefined): Node | undefined {
    adoptLook(dest, patch);
    const target = targetMap(dest, patch);
    if (target?.kind !== 'mapping') return target;
    const names = [...new Set([...keysOf(target), ...keysOf(patch)])].sort();
    for (const name of names) {
      const old = peekField(target, name);
      const next = peekField(patch, name);
      const fieldSchema = noted(target, name) ?? noted(patch, name) ?? schema?.field(name);
      const value = this.merge(old, next, fieldSchema);
      const kept = value instanceof KeptNull;
      if (kept) keepNull(target.items, target.indexOf(name) + 1, value);
      else setField(target, name, value, value === next ? keyStyleOf(patch, name) : keyStyleOf(target, name));
    }
    return target;
  }

  #mergeList(dest: Node | undefined, patch: Node | undefined, schema: Schema | undefined): Node | undefined {
    adoptLook(dest, patch);
    const keys = schema?.mergeKeys;
    if (keys === undefined) return patch ?? dest;
    const target = targetList(dest, patch);
    if (target?.kind !== 'sequence') return target;
    const lists = { dest: target, patch: patch?.kind === 'sequence' ? patch : undefined };
    const elements = schema?.elements();
    const mergeElements = (a: Node | undefined, b: Node | undefined) => this.merge(a, b, elements);
    return keys[0] === '' ? mergeTextList(lists, mergeElements) : mergeKeyedList(lists, keys, mergeElements);
  }

  // Where nothing is known from above, an object that says its own kind is merged as that.
  #schema(dest: Node | undefined, patch: Node | undefined, known: Schema | undefined): Schema | undefined {
    const noted = noteOf(dest) ?? noteOf(patch);
    if (noted !== undefined || known !== undefined) return noted ?? known;
    return this.#ownSchema(dest) ?? this.#ownSchema(patch);
  }

  #ownSchema(node: Node | undefined): Schema | undefined {
    const kind = peekField(node, 'kind');
    const apiVersion = peekField(node, 'apiVersion');
    if (isEmpty(kind) || isEmpty(apiVersion)) return undefined;
    return this.#schemaOf(textOf(apiVersion), textOf(kind));
  }
}

/** Kind of the first that is there. Both must agree. */
function kindOf(dest: Node | undefined, patch: Node | undefined): NodeKind | undefined {
  const kind = isMissing(dest) ? (isMissing(patch) ? undefined : patch.kind) : dest.kind;
  if (kind === undefined) return undefined;
  for (const node of [dest, patch]) {
    if (!isMissing(node) && node.kind !== kind) throw wrongKind(node, kind);
  }
  return kind;
}

/** The map whose fields are merged: where there is no old one the patch is merged with itself, which cleans it. */
function targetMap(dest: Node | undefined, patch: Node | undefined): Node | undefined {
  if (isMissing(dest)) {
    if (takeDirective(patch, { lenient: true }) === 'delete') return undefined;
    if (patch === undefined && dest !== undefined && textOf(dest) !== '') return new KeptNull(textOf(dest));
    return patch;
  }
  if (isNull(patch)) return undefined;
  const directive = takeDirective(patch);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : dest;
}

function targetList(dest: Node | undefined, patch: Node | undefined): Node | undefined {
  if (isMissing(dest)) return patch;
  if (isNull(patch)) return undefined;
  const directive = takeDirective(patch);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : dest;
}

// Comments travel from the patch to the old node, and an empty collection takes the patch's form.
function adoptLook(dest: Node | undefined, patch: Node | undefined): void {
  if (dest === undefined || patch === undefined || dest === patch) return;
  if (patch.comments !== undefined) {
    const head = patch.comments.head || (dest.comments?.head ?? '');
    dest.comments = { head, line: patch.comments.line || (dest.comments?.line ?? '') };
  }
  if ((dest.kind === 'mapping' || dest.kind === 'sequence') && dest.items.length === 0) {
    dest.flow = patch.kind === 'mapping' || patch.kind === 'sequence' ? patch.flow : false;
  }
}

function keepNull(items: Node[], index: number, value: KeptNull): void {
  const old = items[index];
  if (old?.kind === 'scalar') old.value = value.value;
}

/** A field whose key or value carries a JSON comment is merged without a schema: its list is replaced. */
function noted(map: Node | undefined, name: string): Schema | undefined {
  if (map?.kind !== 'mapping') return undefined;
  const index = map.indexOf(name);
  return index < 0 ? undefined : (noteOf(map.items[index + 1]) ?? noteOf(map.items[index]));
}

function noteOf(node: Node | undefined): Schema | undefined {
  const comments = node?.comments;
  if (comments === undefined || isMissing(node)) return undefined;
  const text = comments.line === '' ? comments.head : comments.line;
  return isJsonObject(text.replace(/^#+/, '')) ? emptySchema : undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  } catch {
    return false; // an ordinary comment
  }
}

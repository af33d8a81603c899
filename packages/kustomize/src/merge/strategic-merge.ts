import {
  ScalarNode,
  isEmpty,
  isMissing,
  isNull,
  overwrite,
  peekField,
  quoteIfAmbiguous,
  textOf,
  wrongKind,
  type MappingNode,
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
    const own = entriesOf(target);
    const given = entriesOf(patch);
    const names = [...new Set([...own.keys(), ...given.keys()])].sort();
    const results = new Map<string, Node | undefined>();
    for (const name of names) {
      const [old, next] = [own.get(name), given.get(name)];
      const fieldSchema = noted(old) ?? noted(next) ?? schema?.field(name);
      results.set(name, this.merge(old?.value, next?.value, fieldSchema));
      // Upstream takes a field without a name for the map itself, which is no scalar.
      if (name === '') throw wrongKind(target, 'scalar');
    }
    writeResults(target, results, given);
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

interface Entry {
  readonly key: Node;
  readonly value: Node;
}

/** The entries of a map by the text of their keys; of equal keys the first counts. */
function entriesOf(map: Node | undefined): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  if (map?.kind !== 'mapping') return entries;
  for (let i = 0; i + 1 < map.items.length; i += 2) {
    const [key, value] = [map.items[i], map.items[i + 1]];
    if (key === undefined || value === undefined) continue;
    const name = textOf(key);
    if (!entries.has(name)) entries.set(name, { key, value });
  }
  return entries;
}

/** Puts the merged values where the old ones are, removes what merged to nothing, and adds what is new. */
function writeResults(
  target: MappingNode,
  results: Map<string, Node | undefined>,
  given: ReadonlyMap<string, Entry>,
): void {
  const items: Node[] = [];
  const old = target.items;
  for (let i = 0; i + 1 < old.length; i += 2) {
    const [key, value] = [old[i], old[i + 1]];
    if (key === undefined || value === undefined) continue;
    const name = textOf(key);
    const result = results.get(name);
    // A key that stands twice keeps its second value: the build fails at its end, where duplicates are reported.
    if (!results.has(name)) items.push(key, value);
    else if (result instanceof KeptNull) items.push(key, value);
    else if (!isMissing(result)) items.push(key, written(value, result));
    results.delete(name);
  }
  for (const [name, result] of results) {
    if (isMissing(result) || result instanceof KeptNull) continue;
    quoteIfAmbiguous(result);
    items.push(new ScalarNode(name, '', styleOf(given.get(name))), result);
  }
  target.items = items;
}

/** The node that stands in place of `old`: `old` itself, changed, where that is possible. */
function written(old: Node, result: Node): Node {
  quoteIfAmbiguous(result);
  const slot = [old];
  overwrite(slot, 0, result);
  return slot[0] ?? result;
}

function styleOf(entry: Entry | undefined): ScalarNode['style'] {
  return entry?.key.kind === 'scalar' ? entry.key.style : 'plain';
}

/** A field whose key or value carries a JSON comment is merged without a schema: its list is replaced. */
function noted(entry: Entry | undefined): Schema | undefined {
  return entry === undefined ? undefined : (noteOf(entry.value) ?? noteOf(entry.key));
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

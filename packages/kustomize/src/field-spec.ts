import { KustomizeError, asKustomizeError, prefixErrors } from './errors.ts';
import { listText } from './go-text.ts';
import { gvkSelected, gvkSortText, idText, parseApiVersion, type Gvk } from './gvk.ts';
import { legacyRank } from './kind-order.ts';
import type { FieldSpecEntry } from './kustomization/types.ts';
import type { Resource } from './resource.ts';
import { MappingNode, ScalarNode, SequenceNode, isNull, setField, type Node } from './tree.ts';

/** Names a field of the kinds that match: where a transformer acts (engine §9). */
export interface FieldSpec extends Gvk {
  readonly path: string;
  readonly create: boolean;
  readonly parts: readonly PathPart[];
}

interface PathPart {
  readonly name: string;
  /** Written with `[]`: must be a list, and is not created. */
  readonly isList: boolean;
}

export function fieldSpec({
  group = '',
  version = '',
  kind = '',
  path = '',
  create = false,
}: FieldSpecEntry): FieldSpec {
  return { group, version, kind, path, create, parts: splitPath(path, '/').map(pathPart) };
}

/** Parts between delimiters; `\` before a delimiter makes it part of a name. A leading delimiter counts for nothing. */
export function splitPath(path: string, delimiter: string): string[] {
  const pieces = path.split(delimiter);
  if (pieces.length > 1 && pieces[0] === '') pieces.shift();
  const parts: string[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last?.endsWith('\\')) parts[parts.length - 1] = last.slice(0, -1) + delimiter + piece;
    else parts.push(piece);
  }
  return parts;
}

/** How a walk creates what is missing, and what it does at the end of the path. */
export interface FieldAction {
  readonly set: (node: Node) => void;
  /** What the last part is made as where the spec says `create`; without it nothing is created. */
  readonly createAs?: 'scalar' | 'mapping';
  readonly createTag?: string;
}

export function applyFieldSpecs(resource: Resource, specs: readonly FieldSpec[], action: FieldAction): void {
  for (const spec of specs) applyFieldSpec(resource, spec, action);
}

/**
 * Walks to the field if the resource's kind is meant. Lists on the way stand for all their elements; null and missing
 * parts end the walk unless they are created.
 */
export function applyFieldSpec(resource: Resource, spec: FieldSpec, action: FieldAction): void {
  if (spec.kind !== '' && spec.kind !== resource.kind) return;
  if ((spec.group !== '' || spec.version !== '') && !gvkSelected(resource.gvk, spec)) return;
  walkFieldSpec(resource, spec, action);
}

/** Like `applyFieldSpec`, whatever the resource's kind. */
export function walkFieldSpec(resource: Resource, spec: FieldSpec, action: FieldAction): void {
  try {
    walk(resource.root, 0, spec, action);
  } catch (error) {
    const id = idText({
      ...parseApiVersion(resource.apiVersion),
      kind: resource.kind,
      name: resource.name,
      namespace: resource.namespace,
    });
    throw asKustomizeError(error).prefixed(`considering field '${spec.path}' of object ${id}`).at(resource.origin);
  }
}

/** Adds a spec unless one with the same path covers it. */
export function mergeFieldSpec(list: readonly FieldSpec[], next: FieldSpec): readonly FieldSpec[] {
  const same = list.find((spec) => spec.path === next.path && gvkSelected(spec, next));
  if (same === undefined) return [...list, next];
  if (same.create !== next.create)
    throw new KustomizeError('conflicting fieldspecs', { hint: `'${next.path}' has another 'create'` });
  return list;
}

export function mergeFieldSpecs(list: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  return more.reduce(mergeFieldSpec, list);
}

export function sortFieldSpecs<T extends Gvk>(list: readonly T[]): readonly T[] {
  return [...list].sort(compareGvk);
}

export function compareGvk(a: Gvk, b: Gvk): number {
  const rank = legacyRank(a.kind) - legacyRank(b.kind);
  if (rank !== 0) return rank;
  const x = gvkSortText(a);
  const y = gvkSortText(b);
  return x < y ? -1 : Number(x > y);
}

function pathPart(text: string): PathPart {
  const isList = text.endsWith('[]');
  const name = isList ? text.slice(0, -2) : text;
  return { name: name.trim() === '' ? name : name.trim(), isList };
}

function walk(node: Node, depth: number, spec: FieldSpec, action: FieldAction): void {
  if (depth === spec.parts.length) return action.set(node);
  if (isNull(node)) return;
  if (node.kind === 'sequence') {
    const rest = spec.parts.slice(depth).map(({ name, isList }) => (isList ? `${name}[]` : name));
    prefixErrors(`visit traversal on path: ${listText(rest)}`, () => {
      for (const item of node.items) walk(item, depth, spec, action);
    });
  } else if (node.kind === 'mapping') {
    walkMap(node, depth, spec, action);
  } else {
    throw new KustomizeError('expected sequence or mapping node');
  }
}

function walkMap(map: MappingNode, depth: number, spec: FieldSpec, action: FieldAction): void {
  const part = spec.parts[depth];
  if (part === undefined || part.name === '') throw new KustomizeError('cannot set or create an empty field name');
  const isLast = depth === spec.parts.length - 1;
  const mayCreate = spec.create && action.createAs !== undefined && !part.isList;
  const kind = part.isList ? 'sequence' : isLast ? action.createAs : 'mapping';
  if (mayCreate && !map.has(part.name)) setField(map, part.name, newNode(kind ?? 'mapping'));
  const index = map.indexOf(part.name);
  if (index < 0) return;
  if ((mayCreate || part.isList) && kind !== undefined)
    replaceNull(map, index + 1, kind, isLast ? (action.createTag ?? '') : '');
  const child = map.items[index + 1];
  if (child !== undefined) walk(child, depth + 1, spec, action);
}

/** A null where something is wanted becomes that. */
function replaceNull(map: MappingNode, index: number, kind: 'scalar' | 'mapping' | 'sequence', tag: string): void {
  const node = map.items[index];
  if (node === undefined || !isNull(node)) return;
  if (kind === 'scalar' && node.kind === 'scalar') node.tag = tag;
  else map.items[index] = newNode(kind);
}

function newNode(kind: 'scalar' | 'mapping' | 'sequence'): Node {
  if (kind === 'scalar') return new ScalarNode('');
  return kind === 'mapping' ? new MappingNode() : new SequenceNode();
}

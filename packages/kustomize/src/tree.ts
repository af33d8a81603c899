import {
  MappingNode,
  ScalarNode,
  SequenceNode,
  copyNode,
  isYaml11String,
  stringNode,
  type Node,
} from '@sluice/manifest';
import { KustomizeError } from './errors.ts';
import { printTree } from './print-tree.ts';

/**
 * Reading and changing YAML trees the way the engine must (engine §5): a scalar that is set over another keeps the old
 * one's quoting, setting null removes, and nodes that stand in several places change in all of them.
 */

export type NodeKind = Node['kind'];

/** Whether there is nothing: no node, or a null of any spelling. */
export function isMissing(node: Node | undefined): node is undefined {
  return node === undefined || node.tag === '!!null';
}

export function isNull(node: Node | undefined): boolean {
  return node !== undefined && node.tag === '!!null';
}

/** Missing, null, `{}` or `[]`. */
export function isEmpty(node: Node | undefined): boolean {
  return isMissing(node) || (node.kind !== 'scalar' && node.kind !== 'alias' && node.items.length === 0);
}

export function isEmptyMap(node: Node): boolean {
  return node.kind === 'mapping' && node.items.length === 0;
}

/** The text of a scalar; `''` for everything else. */
export function textOf(node: Node | undefined): string {
  return node?.kind === 'scalar' ? node.value : '';
}

/** Like `textOf`, but `''` for null. */
export function valueOf(node: Node | undefined): string {
  return isNull(node) ? '' : textOf(node);
}

/** Whether a scalar is a string, or has no type yet. */
export function isString(node: Node): boolean {
  return node.kind === 'scalar' && (node.tag === '!!str' || node.tag === '');
}

/** The value under `key` of a map. Null counts as nothing; any other kind than a map is an error. */
export function getField(node: Node | undefined, key: string): Node | undefined {
  if (isMissing(node)) return undefined;
  return asMapping(node).get(key);
}

/** The value under `key` when the node is a map. */
export function peekField(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'mapping' ? node.get(key) : undefined;
}

/** Follows keys. @throws KustomizeError when a part of the way is a list or a scalar */
export function lookup(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let found = node;
  for (const key of path) found = getField(found, key);
  return found;
}

/** The map under `key`, made when there is none; `undefined` when there is a null. */
export function getOrCreateMap(node: Node, key: string): MappingNode | undefined {
  const found = getField(node, key);
  if (found !== undefined) return isMissing(found) ? undefined : asMapping(found);
  if (isMissing(node)) return undefined;
  const made = new MappingNode();
  asMapping(node).set(key, made);
  return made;
}

/**
 * Sets `key`. Nothing or null removes it. Over an existing scalar the old quoting stays and the node is changed in
 * place; a new entry that would read as another type is quoted.
 */
export function setField(node: Node | undefined, key: string, value: Node | undefined): void {
  quoteIfAmbiguous(value);
  if (isMissing(node)) return;
  const map = asMapping(node);
  if (isMissing(value)) return void map.delete(key);
  const index = map.indexOf(key);
  if (index < 0) {
    map.items.push(new ScalarNode(key), value);
    return;
  }
  overwrite(map.items, index + 1, value);
}

/** Puts `value` where `items[index]` is. Scalars and collections of the same kind are changed in place. */
export function overwrite(items: Node[], index: number, value: Node): void {
  const old = items[index];
  if (old === value) return;
  if (old?.kind === 'scalar' && value.kind === 'scalar') {
    value.style = old.style;
    assignScalar(old, value);
  } else if (old?.kind === 'mapping' && value.kind === 'mapping') {
    old.items = value.items;
  } else if (old?.kind === 'sequence' && value.kind === 'sequence') {
    old.items = value.items;
  } else {
    items[index] = value;
  }
}

/** Sets the text and type of a scalar; its quoting stays. Nothing happens when `value` is null. */
export function setScalar(node: Node, value: ScalarNode): void {
  quoteIfAmbiguous(value);
  requireKind(node, 'scalar');
  if (isMissing(value) || node.kind !== 'scalar') return;
  value.style = node.style;
  assignScalar(node, value);
}

export function setText(node: Node, text: string, tag = ''): void {
  setScalar(node, new ScalarNode(text, tag));
}

export function clearField(node: Node | undefined, key: string): void {
  if (!isMissing(node)) asMapping(node).delete(key);
}

export function asMapping(node: Node): MappingNode {
  if (node.kind === 'mapping') return node;
  throw wrongKind(node, 'mapping');
}

/** The elements of a list; none for null. */
export function elementsOf(node: Node | undefined): Node[] {
  if (isMissing(node)) return [];
  if (node.kind === 'sequence') return node.items;
  throw wrongKind(node, 'sequence');
}

/** @throws KustomizeError when the node is neither missing nor of that kind */
export function requireKind(node: Node | undefined, kind: NodeKind): void {
  if (!isMissing(node) && node.kind !== kind) throw wrongKind(node, kind);
}

/** Keys of a map in source order, each once. */
export function keysOf(node: Node | undefined): string[] {
  if (node?.kind !== 'mapping') return [];
  const keys = new Set<string>();
  for (let i = 0; i < node.items.length; i += 2) keys.add(textOf(node.items[i]));
  return [...keys];
}

/**
 * Text → text of a map: what is no scalar counts as `''`, of equal keys the last one wins. A list counts as a map of
 * its elements in pairs, as upstream does not look at the kind.
 */
export function stringMapOf(node: Node | undefined): Map<string, string> {
  const map = new Map<string, string>();
  if (node?.kind !== 'mapping' && node?.kind !== 'sequence') return map;
  for (let i = 0; i + 1 < node.items.length; i += 2) map.set(textOf(node.items[i]), textOf(node.items[i + 1]));
  return map;
}

/** A string that is quoted where it would read as another type. */
export function newString(text: string): ScalarNode {
  const node = stringNode(text);
  if (text.includes('\n')) node.style = 'literal';
  return node;
}

export function kindName(kind: NodeKind): string {
  return kindNames[kind];
}

export function wrongKind(node: Node, wanted: NodeKind): KustomizeError {
  const text = `wrong node kind: expected ${kindNames[wanted]} but got ${kindNames[node.kind]}: node contents:\n`;
  return new KustomizeError(text + printTree(node), positionOf(node));
}

export function positionOf(node: Node): { file: string | undefined; line: number | undefined } {
  const { source } = node;
  if (source?.file === undefined) return { file: undefined, line: undefined };
  return { file: source.file, line: node.line === 0 ? undefined : source.firstLine + node.line };
}

const kindNames: Record<NodeKind, string> = {
  scalar: 'ScalarNode',
  mapping: 'MappingNode',
  sequence: 'SequenceNode',
  alias: 'AliasNode',
};

/** A plain string without a place yet that would read as another type is quoted. */
export function quoteIfAmbiguous(value: Node | undefined): void {
  if (value?.kind !== 'scalar' || value.style !== 'plain' || !isString(value)) return;
  if (value.value !== '' && !value.value.includes('\n') && !isYaml11String(value.value)) value.style = 'double';
}

function assignScalar(target: ScalarNode, from: ScalarNode): void {
  target.value = from.value;
  target.tag = from.tag;
  if (from.tag === '') target.tagged = false;
  target.comments = from.comments;
  target.source = from.source;
  target.line = from.line;
}

export { MappingNode, ScalarNode, SequenceNode, copyNode, type Node };

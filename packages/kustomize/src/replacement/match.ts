import { KustomizeError } from '../errors.ts';
import { goRegexp } from '../go-regexp.ts';
import {
  MappingNode,
  ScalarNode,
  SequenceNode,
  elementsOf,
  getField,
  isNull,
  peekField,
  requireKind,
  setField,
  type Node,
} from '../tree.ts';
import { printTree } from '../print-tree.ts';
import { isIndex, isQuery, parseQuery } from './path.ts';
import { parseStructured } from './structured.ts';

/** A place in a tree, so that what stands there can be replaced. */
export interface Slot {
  readonly node: Node;
  replace(next: Node): void;
}

/** What missing parts are made as; `undefined` creates nothing. */
export type CreateAs = 'scalar' | 'mapping' | 'sequence' | undefined;

/**
 * All places that a target's field path leads to (engine §9.9). Queries match by unanchored regular expression, `*`
 * stands for every element.
 * @throws KustomizeError when a position is beyond the list, or a part of the way has the wrong kind
 */
export function matchPath(slot: Slot, path: readonly string[], create: CreateAs): Slot[] {
  const [part, ...rest] = path;
  if (part === undefined) return [slot];
  if (isIndex(part)) return matchIndex(slot.node, Number(part), rest, create);
  if (isQuery(part)) return matchQuery(slot.node, part, rest, create);
  if (part === '*') return elementSlots(slot.node).flatMap((element) => matchPath(element, rest, create));
  return matchField(slot.node, part, rest, create);
}

export function rootSlot(node: Node): Slot {
  return { node, replace: () => undefined };
}

function matchField(node: Node, key: string, rest: readonly string[], create: CreateAs): Slot[] {
  // Below a null everything can be created, and nothing of it comes into the tree.
  if (isNull(node) && create !== undefined) return matchPath(rootSlot(newNode(kindFor(rest[0], create))), rest, create);
  if (getField(node, key) === undefined && create !== undefined) setField(node, key, newNode(kindFor(rest[0], create)));
  const value = getField(node, key);
  if (value === undefined || node.kind !== 'mapping') return [];
  if (value.kind === 'scalar' && rest.length > 0) return matchInText(value, rest, create);
  const index = node.indexOf(key) + 1;
  return matchPath({ node: value, replace: (next) => void (node.items[index] = next) }, rest, create);
}

// Text below which the path goes on is looked into, but what is found there is a copy: it only decides between errors.
function matchInText(scalar: ScalarNode, rest: readonly string[], create: CreateAs): Slot[] {
  return matchPath(rootSlot(parseStructured(scalar.value, rest[0])), rest, create);
}

function matchIndex(node: Node, index: number, rest: readonly string[], create: CreateAs): Slot[] {
  const elements = elementsOf(node);
  if (elements.length === index && create !== undefined) {
    const made = newNode(kindFor(rest[0], create));
    if (isNull(node)) return matchPath(rootSlot(made), rest, create);
    if (node.kind === 'sequence') node.items.push(made);
  }
  const slot = elementSlots(node)[index];
  if (slot === undefined)
    throw new KustomizeError(`index ${index} specified but only ${elementsOf(node).length} elements found`);
  return matchPath(slot, rest, create);
}

function matchQuery(node: Node, part: string, rest: readonly string[], create: CreateAs): Slot[] {
  const query = parseQuery(part);
  if (query === undefined)
    throw new KustomizeError('list path element must contain fieldName=fieldValue for element to match');
  const found = queryMatches(node, query, rest, create);
  if (found.length > 0 || create === undefined) return found;
  const value = new ScalarNode(query.value);
  const added = query.key === '' ? value : new MappingNode([new ScalarNode(query.key), value]);
  requireKind(node, 'sequence');
  if (node.kind === 'sequence') node.items.push(added);
  const again = queryMatches(node, query, rest, create);
  if (again.length > 0) return again;
  throw new KustomizeError(`'${part}' does not match the element that it creates`, {
    hint: 'create needs a query without regular expression',
  });
}

function queryMatches(
  node: Node,
  { key, value }: { key: string; value: string },
  rest: readonly string[],
  create: CreateAs,
): Slot[] {
  return elementSlots(node).flatMap((element) => {
    const field = key === '' ? element.node : peekField(element.node, key);
    if (field === undefined || !goRegexp(value).test(printTree(field).trim())) return [];
    return key === '' ? [element] : matchPath(element, rest, create);
  });
}

function elementSlots(node: Node): Slot[] {
  const elements = elementsOf(node);
  return elements.map((element, i) => ({ node: element, replace: (next) => void (elements[i] = next) }));
}

function kindFor(nextPart: string | undefined, last: NonNullable<CreateAs>): NonNullable<CreateAs> {
  if (nextPart === undefined || nextPart === '') return last;
  return isQuery(nextPart) || isIndex(nextPart) ? 'sequence' : 'mapping';
}

function newNode(kind: NonNullable<CreateAs>): Node {
  if (kind === 'scalar') return new ScalarNode('');
  return kind === 'mapping' ? new MappingNode() : new SequenceNode();
}

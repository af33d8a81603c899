import { emptySet, type FieldNode, type FieldSet } from './field-set.ts';
import type { PathElement } from './path.ts';

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  const result = new Map(a);
  for (const [element, right] of b) {
    const left = result.get(element);
    if (left === undefined) result.set(element, right);
    else result.set(element, { member: left.member || right.member, children: union(left.children, right.children) });
  }
  return result;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return mapNodes(a, (left, element) => {
    const right = b.get(element);
    if (right === undefined) return undefined;
    return { member: left.member && right.member, children: intersection(left.children, right.children) };
  });
}

/** Removes exact members: a child outlives its parent. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return mapNodes(a, (left, element) => {
    const right = b.get(element);
    if (right === undefined) return left;
    return { member: left.member && !right.member, children: difference(left.children, right.children) };
  });
}

/** Removes members and all that is below them. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return mapNodes(a, (left, element) => {
    const right = b.get(element);
    if (right === undefined) return left;
    if (right.member) return undefined;
    return { member: left.member, children: recursiveDifference(left.children, right.children) };
  });
}

/** The members with no member below. */
export function leaves(set: FieldSet): FieldSet {
  return mapNodes(set, (node) => ({
    member: node.member && node.children.size === 0,
    children: leaves(node.children),
  }));
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [element, left] of a) {
    const right = b.get(element);
    if (right === undefined || right.member !== left.member) return false;
    if (!equalSets(left.children, right.children)) return false;
  }
  return true;
}

/** `set` with each node replaced; nodes that come to nothing are dropped. */
function mapNodes(set: FieldSet, change: (node: FieldNode, element: PathElement) => FieldNode | undefined): FieldSet {
  if (set.size === 0) return emptySet;
  const result = new Map<PathElement, FieldNode>();
  for (const [element, node] of set) {
    const next = change(node, element);
    if (next !== undefined && (next.member || next.children.size > 0)) result.set(element, next);
  }
  return result;
}

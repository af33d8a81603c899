import { compareElements, type FieldPath, type PathElement, type PathLink } from './path.ts';

/**
 * A set of paths, as the tree that fieldsV1 writes. A node says whether its own path is a member, apart from what lies
 * below. Never changed in place; no branch of it is empty.
 */
export type FieldSet = ReadonlyMap<PathElement, FieldNode>;

export interface FieldNode {
  readonly member: boolean;
  readonly children: FieldSet;
}

export const emptySet: FieldSet = new Map();

/** Whether exactly this path is a member. */
export function has(set: FieldSet, path: FieldPath): boolean {
  const node = nodeAt(set, path);
  return node !== undefined && node.member;
}

/** What is below `path`. */
export function below(set: FieldSet, path: FieldPath): FieldSet {
  return path.length === 0 ? set : (nodeAt(set, path)?.children ?? emptySet);
}

/** The set of exactly these paths. */
export function setOf(paths: Iterable<FieldPath>): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.add(path);
  return builder.set;
}

/** Every member, in fieldsV1 order, a parent before what is below it. */
export function pathsOf(set: FieldSet): FieldPath[] {
  const paths: FieldPath[] = [];
  visit(set, [], (path) => paths.push(path));
  return paths;
}

/** The elements of a level with what is below them, in fieldsV1 order. */
export function sortedNodes(set: FieldSet): [PathElement, FieldNode][] {
  return [...set].sort(([a], [b]) => compareElements(a, b));
}

/** Collects paths into a set. The empty path is no member of any set. */
export class FieldSetBuilder {
  readonly #root: MutableSet = new Map();

  get set(): FieldSet {
    return this.#root;
  }

  add(path: FieldPath): void {
    const link = path.reduce<PathLink | undefined>((parent, element) => ({ parent, element }), undefined);
    this.addLink(link);
  }

  addLink(path: PathLink | undefined): void {
    if (path !== undefined) this.#node(path).member = true;
  }

  #node({ parent, element }: PathLink): MutableNode {
    const level = parent === undefined ? this.#root : this.#node(parent).children;
    const known = level.get(element);
    if (known !== undefined) return known;
    const node = { member: false, children: new Map() };
    level.set(element, node);
    return node;
  }
}

type MutableSet = Map<PathElement, MutableNode>;

interface MutableNode {
  member: boolean;
  readonly children: MutableSet;
}

function nodeAt(set: FieldSet, path: FieldPath): FieldNode | undefined {
  let level = set;
  let node: FieldNode | undefined;
  for (const element of path) {
    node = level.get(element);
    if (node === undefined) return undefined;
    level = node.children;
  }
  return node;
}

function visit(set: FieldSet, path: FieldPath, found: (path: FieldPath) => void): void {
  for (const [element, node] of sortedNodes(set)) {
    const here = [...path, element];
    if (node.member) found(here);
    visit(node.children, here, found);
  }
}

import type { FieldPath, PathElement } from './path.ts';

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

export function has(set: FieldSet, path: FieldPath): boolean {
  throw new Error(`not there yet: ${set.size} ${path.length}`);
}

/** The set of exactly these paths. */
export function setOf(paths: Iterable<FieldPath>): FieldSet {
  throw new Error('not there yet');
}
/** Every member, in fieldsV1 order. */
export function pathsOf(set: FieldSet): FieldPath[] {
  throw new Error('not there yet');
}
/** What is below `path`. */
export function below(set: FieldSet, path: FieldPath): FieldSet {
  throw new Error('not there yet');
}

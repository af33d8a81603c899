import type { FieldSet } from './field-set.ts';
export function union(a: FieldSet, b: FieldSet): FieldSet {
  throw new Error('not there yet');
}
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  throw new Error('not there yet');
}
/** Removes exact members: a child outlives its parent. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  throw new Error('not there yet');
}
/** Removes members and all that is below them. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  throw new Error('not there yet');
}
/** The members with no member below. */
export function leaves(a: FieldSet): FieldSet {
  throw new Error('not there yet');
}
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  throw new Error('not there yet');
}

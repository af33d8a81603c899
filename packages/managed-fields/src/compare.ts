import type { Schema } from '@sluice/kube-schema';
import type { FieldSet } from './field-set.ts';
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}
export function compare(before: unknown, after: unknown, schema: Schema): Comparison {
  throw new Error('not there yet');
}

import type { Schema } from '@sluice/kube-schema';
import type { FieldSet } from './field-set.ts';
/** `value` without the members of `set`. */
export function removeItems(value: unknown, set: FieldSet, schema: Schema): unknown {
  throw new Error('not there yet');
}

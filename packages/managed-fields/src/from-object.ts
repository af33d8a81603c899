import type { Schema } from '@sluice/kube-schema';
import type { FieldSet } from './field-set.ts';
/** What an apply of `value` owns: its leaves. */
export function setFromObject(value: unknown, schema: Schema): FieldSet {
  throw new Error('not there yet');
}

import type { FieldsV1 } from './fields-v1.ts';
import type { FieldSet } from './field-set.ts';
/** One element of `metadata.managedFields`, keys in wire order. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  /** RFC 3339, whole seconds, UTC. */
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: FieldsV1;
  readonly subresource?: string;
}
/** An entry that has been read. */
export interface ManagerEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time?: string;
  readonly fields: FieldSet;
}
/** @throws FieldsDecodeError */
export function decodeManagedFields(value: unknown): ManagerEntry[] {
  throw new Error('not there yet');
}
/** In wire order, without the empty ones. */
export function encodeManagedFields(entries: Iterable<ManagerEntry>): ManagedFieldsEntry[] {
  throw new Error('not there yet');
}

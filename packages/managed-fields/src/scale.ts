import type { FieldPath } from './path.ts';
import type { ManagedFieldsEntry } from './entry.ts';
/** The entries of a parent that own its replicas, as a Scale shows them. */
export function toScale(parent: readonly ManagedFieldsEntry[], replicas: FieldPath): ManagedFieldsEntry[] {
  throw new Error('not there yet');
}
/** The parent's entries after a write of its Scale. */
export function fromScale(
  parent: readonly ManagedFieldsEntry[],
  scale: readonly ManagedFieldsEntry[],
  replicas: FieldPath,
  parentApiVersion: string,
): ManagedFieldsEntry[] {
  throw new Error('not there yet');
}

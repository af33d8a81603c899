import type { JsonObject, Schema } from '@sluice/kube-schema';
import type { ManagedFieldsEntry } from './entry.ts';

/**
 * What field tracking asks about the versions of a kind. With one version: `{ schemaOf: () => schema, convert: (o) => o }`.
 * Either function may throw: an apply then fails with that error, and an update leaves the object untracked.
 */
export interface Versions {
  /** `undefined` for a version that does not exist: entries that name it are dropped. */
  schemaOf(apiVersion: string): Schema | undefined;
  /** `object` as it reads in `apiVersion`, which has a schema. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

/** An object and who owns what of it. */
export interface Tracked {
  /** With these `managedFields` in its metadata; without the key when there are none. */
  readonly object: JsonObject;
  readonly managedFields: readonly ManagedFieldsEntry[];
  /** Whether the content (managedFields aside) differs from the live object. */
  readonly changed: boolean;
}

import type { JsonObject, Schema } from '@sluice/kube-schema';
import type { ManagedFieldsEntry } from './entry.ts';

/** What field tracking asks about the versions of a kind. One version: `{ schemaOf: () => schema, convert: (o) => o }`. */
export interface Versions {
  /** `undefined` for a version that is not (or no longer) served. */
  schemaOf(apiVersion: string): Schema | undefined;
  /** `object` as it reads in `apiVersion`; called only for versions that have a schema. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

/** An object and who owns what of it. `object` carries the same `managedFields`, or none when the list is empty. */
export interface Tracked {
  readonly object: JsonObject;
  readonly managedFields: readonly ManagedFieldsEntry[];
  /** Whether the content (managedFields aside) differs from the live object. */
  readonly changed: boolean;
}

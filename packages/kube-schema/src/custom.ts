import type { JsonObject, Schema } from './schema.ts';

/**
 * The schema of a custom resource's version: its `openAPIV3Schema` with apiVersion, kind and ObjectMeta added. Without a
 * schema, or with `preserveUnknownFields` at the root, unknown fields are deduced.
 */
export function schemaOfCustomResource(openAPIV3Schema: JsonObject | undefined): Schema {
  throw new Error(`not there yet: ${String(openAPIV3Schema?.type)}`);
}

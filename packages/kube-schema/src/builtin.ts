import type { GroupVersionKind, JsonObject, Schema } from './schema.ts';

/** The schema of a built-in kind, ObjectMeta included; `undefined` for kinds that are not built in. */
export function schemaOf(gvk: GroupVersionKind): Schema | undefined {
  throw new Error(`not there yet: ${gvk.kind}`);
}

/**
 * The object of a built-in kind that nobody has filled in, with the parts that are always there (`metadata`, `spec`,
 * `spec.template` of a Deployment …). A create counts as an update of it, which decides who owns what (kube-api.md §7.2).
 */
export function emptyObjectOf(gvk: GroupVersionKind): JsonObject | undefined {
  throw new Error(`not there yet: ${gvk.kind}`);
}

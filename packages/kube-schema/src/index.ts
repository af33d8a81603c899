export type {
  Field,
  GoScalar,
  GroupVersionKind,
  JsonObject,
  ListSchema,
  MapSchema,
  PatchRule,
  PatchStrategy,
  Scalar,
  Schema,
} from './schema.ts';
export { builtinResources, type BuiltinResource, type BuiltinSubresource } from './resources.ts';
export { emptyObjectOf, emptyValueOf, objectMetaSchema, schemaOf } from './builtin.ts';
export { schemaOfCustomResource } from './custom.ts';
export { atomicSchema, deducedSchema } from './deduced.ts';
export { kustomizeMergeKinds, kustomizeMergeTypes, type MergeField, type MergeType } from './kustomize-merge-keys.ts';

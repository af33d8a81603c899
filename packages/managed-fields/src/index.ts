export type { FieldPath, PathElement } from './path.ts';
export { compareElements, fieldElement, formatPath, keyElement, valueElement } from './path.ts';
export { below, emptySet, has, pathsOf, setOf, type FieldNode, type FieldSet } from './field-set.ts';
export { difference, equalSets, intersection, leaves, recursiveDifference, union } from './algebra.ts';
export { FieldsDecodeError, parseFieldsV1, writeFieldsV1, type FieldsV1 } from './fields-v1.ts';
export {
  decodeManagedFields,
  encodeManagedFields,
  identityOf,
  type ManagedFieldsEntry,
  type ManagerEntry,
} from './entry.ts';
export { setFromObject } from './from-object.ts';
export { itemElement } from './list-item.ts';
export { compare, type Comparison } from './compare.ts';
export { merge } from './merge.ts';
export { removeItems } from './remove-items.ts';
export { TypingError, validate, type ValidateOptions } from './validate.ts';
export { ConflictError, type Conflict, type ConflictCause } from './conflict.ts';
export { apply, type ApplyRequest } from './apply.ts';
export { update, type UpdateRequest } from './update.ts';
export { resetFieldsOf, type Endpoint } from './reset-fields.ts';
export { fromScale, toScale, type ReplicasPaths } from './scale.ts';
export type { Tracked, Versions } from './versions.ts';

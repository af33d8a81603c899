export { fluxFinalizer, requestedAtAnnotation } from './annotations.ts';
export { type Artifact } from './artifact.ts';
export {
  findCondition,
  isTrue,
  removeConditions,
  setCondition,
  toRfc3339,
  type Condition,
  type NewCondition,
} from './conditions.ts';
export { buildCrd } from './crd.ts';
export { formatDuration, parseDuration, tryParseDuration } from './duration.ts';
export {
  gitRepositoryGvk,
  gitRepositorySchema,
  type GitRepository,
  type GitRepositorySpec,
  type GitRepositoryStatus,
} from './git-repository.ts';
export { type KindSchema, type PrinterColumn } from './kind-schema.ts';
export { kindSchemas } from './kind-schemas.ts';
export {
  kustomizationGvk,
  kustomizationSchema,
  type Kustomization,
  type KustomizationSpec,
  type KustomizationStatus,
} from './kustomization.ts';
export {
  apiVersionOf,
  formatKey,
  gvkOf,
  keyOf,
  type GroupVersionKind,
  type KubeObject,
  type ManagedFieldsEntry,
  type ObjectKey,
  type ObjectMeta,
  type OwnerReference,
} from './meta.ts';
export { ReconcileError, type Retry } from './reconcile-error.ts';
export { isRecord } from './record.ts';

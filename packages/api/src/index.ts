export {
  findCondition,
  isTrue,
  removeConditions,
  setCondition,
  toRfc3339,
  type Condition,
  type NewCondition,
} from './conditions.ts';
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

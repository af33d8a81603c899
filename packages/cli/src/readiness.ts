import { findCondition, isTrue, type KubeObject } from '@sluice/api';
import { conditionsOf } from './get/rows.ts';

export type Readiness = 'current' | 'inProgress' | 'failed' | 'terminating';

/** The state of an object of ours by kstatus rules. @see cli.md §8 */
export function readinessOf(object: KubeObject): Readiness {
  const conditions = conditionsOf(object);
  const status = object['status'] as { readonly observedGeneration?: number } | undefined;
  if (object.metadata.deletionTimestamp !== undefined) return 'terminating';
  if (status?.observedGeneration !== object.metadata.generation && !isTrue(conditions, 'Stalled')) return 'inProgress';
  if (isTrue(conditions, 'Reconciling')) return 'inProgress';
  if (isTrue(conditions, 'Stalled')) return 'failed';
  return conditions.length === 0 || isTrue(conditions, 'Ready') ? 'current' : 'inProgress';
}

/** Has the last reconcile of this generation failed, though it will be tried again? */
export function hasFailed(object: KubeObject): boolean {
  const conditions = conditionsOf(object);
  const ready = findCondition(conditions, 'Ready');
  const retrying = findCondition(conditions, 'Reconciling')?.reason === 'ProgressingWithRetry';
  return ready?.status === 'False' && ready.observedGeneration === object.metadata.generation && retrying;
}

export function readyMessage(object: KubeObject): string {
  const conditions = conditionsOf(object);
  return (findCondition(conditions, 'Ready') ?? findCondition(conditions, 'Stalled'))?.message ?? '';
}

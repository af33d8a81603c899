import { findCondition, formatKey, gvkOf, isTrue, keyOf, type Condition, type KubeObject } from '@sluice/api';
import { connectKube, loadConnection } from '@sluice/kube';
import type { Step } from './steps.ts';
import { waitFor } from './wait-for.ts';

/**
 * Waits until all these objects are ready, or one of them has failed.
 * @param startedAt what the times of steps count from, in monotonic milliseconds
 * @returns what is not ready, with its reason; empty when all is well
 */
export async function followSync(
  kubeconfig: string,
  objects: readonly KubeObject[],
  startedAt: number,
  signal: AbortSignal,
): Promise<Step[]> {
  await using kube = connectKube(await loadConnection({ kubeconfig }), 'sluice-observer/0.1.0');
  const oneFailed = new AbortController();
  const either = AbortSignal.any([signal, oneFailed.signal]);
  const follow = async (object: KubeObject): Promise<Step | undefined> => {
    let last: KubeObject | undefined;
    try {
      await waitFor(kube, gvkOf(object), keyOf(object), (next) => isSettled((last = next)), either);
      if (isReady(last)) return undefined;
      oneFailed.abort();
    } catch (error) {
      // What is only on its way when another has failed is not worth a word.
      if (oneFailed.signal.aborted) return undefined;
      if (!signal.aborted) throw error;
    }
    const name = `${object.kind}/${formatKey(keyOf(object))}`;
    const message = `${name} is not ready: ${whyNotReady(last)}`;
    return { name: 'ready', object: name, ms: Math.round(performance.now() - startedAt), ok: false, message };
  };
  return (await Promise.all(objects.map(follow))).filter((step) => step !== undefined);
}

function whyNotReady(object: KubeObject | undefined): string {
  const conditions = conditionsOf(object);
  const found = findCondition(conditions, 'Ready');
  // While a run goes on, what it is doing says more than that it goes on.
  const ready = found?.status === 'Unknown' ? (findCondition(conditions, 'Reconciling') ?? found) : found;
  return ready === undefined ? 'it has not been reconciled within 60 s' : `${ready.reason}: ${ready.message}`;
}

function isSettled(object: KubeObject | undefined): boolean {
  return isReady(object) || hasFailed(object);
}

function isReady(object: KubeObject | undefined): boolean {
  const status = object?.['status'] as { readonly observedGeneration?: number } | undefined;
  return isTrue(conditionsOf(object), 'Ready') && status?.observedGeneration === object?.metadata.generation;
}

/** Has a run ended badly? Waiting for another object is no failure. */
function hasFailed(object: KubeObject | undefined): boolean {
  const conditions = conditionsOf(object);
  const ready = findCondition(conditions, 'Ready');
  const isAttempted = findCondition(conditions, 'Reconciling')?.reason === 'ProgressingWithRetry';
  return (
    ready?.status === 'False' &&
    (isTrue(conditions, 'Stalled') || (isAttempted && ready.reason !== 'DependencyNotReady'))
  );
}

function conditionsOf(object: KubeObject | undefined): readonly Condition[] {
  return (object?.['status'] as { readonly conditions?: readonly Condition[] } | undefined)?.conditions ?? [];
}

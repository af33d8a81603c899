import { findCondition, formatKey, gvkOf, isTrue, keyOf, type Condition, type KubeObject } from '@sluice/api';
import { connectKube, loadConnection } from '@sluice/kube';
import type { Step } from './steps.ts';
import { waitFor } from './wait-for.ts';

/** Waits until all these objects are ready. @returns what is not, with its reason; empty when all is well */
export async function followSync(
  kubeconfig: string,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<Step[]> {
  await using kube = connectKube(await loadConnection({ kubeconfig }), 'sluice-observer/0.1.0');
  const startedAt = performance.now();
  const results = objects.map(async (object): Promise<Step | undefined> => {
    let last: KubeObject | undefined;
    try {
      await waitFor(kube, gvkOf(object), keyOf(object), (next) => isReady((last = next)), signal);
      return undefined;
    } catch (cause) {
      const ready = findCondition(conditionsOf(last), 'Ready');
      const why =
        ready === undefined
          ? String(cause instanceof Error ? cause.message : cause)
          : `${ready.reason}: ${ready.message}`;
      const name = `${object.kind}/${formatKey(keyOf(object))}`;
      return {
        name: 'ready',
        object: name,
        ms: performance.now() - startedAt,
        ok: false,
        message: `${name} is not ready: ${why}`,
      };
    }
  });
  return (await Promise.all(results)).filter((step) => step !== undefined);
}

function isReady(object: KubeObject | undefined): boolean {
  const status = object?.['status'] as { readonly observedGeneration?: number } | undefined;
  return isTrue(conditionsOf(object), 'Ready') && status?.observedGeneration === object?.metadata.generation;
}

function conditionsOf(object: KubeObject | undefined): readonly Condition[] {
  return (object?.['status'] as { readonly conditions?: readonly Condition[] } | undefined)?.conditions ?? [];
}

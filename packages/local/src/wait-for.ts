import type { GroupVersionKind, KubeObject, ObjectKey } from '@sluice/api';
import { reflect, type KubeClient } from '@sluice/kube';

/** Follows one object by a watch until `done` says so. @throws the signal's reason when it aborts first */
export async function waitFor<T extends KubeObject>(
  kube: KubeClient,
  gvk: GroupVersionKind,
  key: ObjectKey,
  done: (object: T | undefined) => boolean,
  signal: AbortSignal,
): Promise<T> {
  const resource = await kube.resource(gvk, signal);
  if (resource === undefined) throw new Error(`the cluster does not know the kind ${gvk.kind}`);
  const stop = new AbortController();
  const found = Promise.withResolvers<T>();
  const both = AbortSignal.any([signal, stop.signal]);
  signal.addEventListener('abort', () => found.reject(signal.reason), { once: true });
  const reflector = reflect<KubeObject>(kube, resource, {
    namespace: key.namespace,
    fieldSelector: `metadata.name=${key.name}`,
    signal: both,
    onChange: (_, next) => {
      if (next !== undefined && done(next as T)) found.resolve(next as T);
    },
  });
  try {
    return await found.promise;
  } finally {
    stop.abort();
    await reflector.ended;
  }
}

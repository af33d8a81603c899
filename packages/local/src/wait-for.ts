import type { GroupVersionKind, KubeObject, ObjectKey } from '@sluice/api';
import { waitForObject, type KubeClient } from '@sluice/kube';

/** Follows an object that is there, or will be, until `done` says so. @throws the signal's reason when it aborts first */
export async function waitFor<T extends KubeObject>(
  kube: KubeClient,
  gvk: GroupVersionKind,
  key: ObjectKey,
  done: (object: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  const resource = await kube.resource(gvk, signal);
  if (resource === undefined) throw new Error(`the cluster does not know the kind ${gvk.kind}`);
  // The caller knows the shape of the kind that it names.
  const isDone = (object: KubeObject | undefined) => object !== undefined && done(object as T);
  return (await waitForObject(kube, resource, key, isDone, signal)) as T;
}

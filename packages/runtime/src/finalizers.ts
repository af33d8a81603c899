import { keyOf } from '@sluice/api';
import { KubeError, type KubeClient, type Resource } from '@sluice/kube';
import type { Reconciled } from './kind.ts';

const maxAttempts = 5;

interface Target {
  readonly kube: KubeClient;
  readonly resource: Resource;
  readonly fieldManager: string;
}

export function hasFinalizer({ metadata }: Reconciled, finalizer: string | undefined): boolean {
  return finalizer !== undefined && metadata.finalizers?.includes(finalizer) === true;
}

/** @returns the object with the finalizer; `undefined` when it is gone or being deleted */
export async function addFinalizer(
  target: Target,
  object: Reconciled,
  finalizer: string,
): Promise<Reconciled | undefined> {
  return changeFinalizers(target, object, (fresh) =>
    hasFinalizer(fresh, finalizer) || fresh.metadata.deletionTimestamp !== undefined
      ? undefined
      : [...(fresh.metadata.finalizers ?? []), finalizer],
  );
}

/** Removes the finalizer from the object as it is now on the server. That it is gone is fine. */
export async function removeFinalizer(target: Target, object: Reconciled, finalizer: string): Promise<void> {
  const live = await readSame(target, object);
  if (live === undefined) return;
  await changeFinalizers(target, live, ({ metadata }) =>
    metadata.finalizers?.includes(finalizer) === true
      ? metadata.finalizers.filter((other) => other !== finalizer)
      : undefined,
  );
}

// A merge patch replaces the whole list, so it always says which version it replaces: others edit it too.
async function changeFinalizers(
  target: Target,
  object: Reconciled,
  change: (fresh: Reconciled) => readonly string[] | undefined,
): Promise<Reconciled | undefined> {
  const { kube, resource, fieldManager } = target;
  let current: Reconciled | undefined = object;
  for (let attempt = 1; current !== undefined; attempt++) {
    const finalizers = change(current);
    if (finalizers === undefined) return current;
    const patch = { metadata: { resourceVersion: current.metadata.resourceVersion, finalizers } };
    try {
      return await kube.patch(resource, keyOf(object), patch, { type: 'merge', fieldManager });
    } catch (error) {
      if (!(error instanceof KubeError) || (error.code !== 409 && error.code !== 404)) throw error;
      if (error.code === 404) return undefined;
      if (attempt === maxAttempts) throw error;
    }
    current = await readSame(target, object);
  }
  return undefined;
}

async function readSame({ kube, resource }: Target, object: Reconciled): Promise<Reconciled | undefined> {
  const live = await kube.get<Reconciled>(resource, keyOf(object));
  return live?.metadata.uid === object.metadata.uid ? live : undefined;
}

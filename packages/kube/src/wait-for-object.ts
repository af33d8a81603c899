import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject, ObjectKey } from '@sluice/api';
import { KubeError, type KubeClient, type Resource } from './client.ts';
import { ConnectionError } from './transport.ts';

/**
 * Follows one object by a watch until `done` says so.
 * @param done looks at the object, `undefined` once it is gone, and may throw to give up
 * @throws the signal's reason when it aborts first
 */
export async function waitForObject(
  kube: KubeClient,
  resource: Resource,
  key: ObjectKey,
  done: (object: KubeObject | undefined) => boolean,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const options = { namespace: key.namespace, fieldSelector: `metadata.name=${key.name}`, signal };
  for (;;) {
    const list = await kube.list<KubeObject>(resource, options);
    const object = list.items[0];
    if (done(object)) return object;
    try {
      for await (const event of kube.watch<KubeObject>(resource, list.resourceVersion, options)) {
        if (event.type === 'BOOKMARK') continue;
        const next = event.type === 'DELETED' ? undefined : event.object;
        if (done(next)) return next;
      }
    } catch (error) {
      signal.throwIfAborted();
      // A watch that expired or broke off is begun again; what `done` throws is the caller's.
      if (!(error instanceof KubeError) && !(error instanceof ConnectionError)) throw error;
    }
    await delay(1000, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { keyOf, type GroupVersionKind } from '@sluice/api';
import { sweepOrphans, type ArtifactStore } from '@sluice/artifact';
import type { Trigger } from '@sluice/runtime';

const periodMs = 3_600_000;

/**
 * Removes, at the start and each hour, what is stored for objects that no longer exist: their finalizer was taken off by
 * force, or they were deleted while nobody ran. Adds no keys.
 */
export function sweepTrigger(store: ArtifactStore, gvk: GroupVersionKind): Trigger {
  return {
    type: 'source',
    async start({ kube }, signal) {
      while (!signal.aborted) {
        try {
          const resource = await kube.resource(gvk, signal);
          if (resource === undefined) throw new Error(`the server does not serve ${gvk.kind}`);
          const { items } = await kube.list(resource, { signal });
          await sweepOrphans(store, gvk.kind.toLowerCase(), { existing: items.map(keyOf), now: new Date() });
        } catch {
          // Without a complete list nothing is removed; the next hour tries again.
        }
        await sleep(periodMs, undefined, { signal, ref: false }).catch(() => {});
      }
    },
  };
}

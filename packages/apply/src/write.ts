import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '@sluice/api';
import { maskSecrets, observe, takeOverPatch } from '@sluice/plan';
import type { Checked } from './check.ts';
import type { ApplyOptions, AppliedObject } from './options.ts';
import { applyObject, messageOf, refusalOf } from './request.ts';
import type { Target } from './target.ts';

type Write = Extract<Checked, { type: 'write' }>;

const maxConflicts = 5;
const firstPollMs = 50;
const maxPollMs = 2000;

/**
 * Makes an object what its manifest says.
 * @throws Error whose message says which object and why
 */
export async function writeObject(write: Write, options: ApplyOptions): Promise<AppliedObject> {
  const { target, live: before } = write;
  if (write.recreate && before !== undefined) await deleteAndWait(target, before, options);
  else if (write.mustTakeOver && before !== undefined) await takeOver(target, before, options);
  const sent = { dryRun: false, signal: options.signal };
  const live = await explained(`${target.subject} apply failed`, [target.manifest, before], () =>
    applyObject(options.kube, { ...target, manifest: write.payload ?? target.manifest }, sent),
  );
  const observed = observe(live.metadata, options.overrideManagers);
  return {
    id: target.id,
    version: target.version,
    action: live.metadata.resourceVersion === write.resourceVersion ? 'unchanged' : write.action,
    known: { ...observed, manifest: target.manifestHash, isSettled: false },
    live,
    drift: write.drift,
  };
}

/** Retires other managers and marks. Bound to the version that was read, so that no manager in between is lost. */
async function takeOver(target: Target, found: KubeObject, options: ApplyOptions): Promise<void> {
  const { kube, signal, overrideManagers } = options;
  await explained(`${target.subject} metadata.managedFields cleanup failed`, [found], async () => {
    let live: KubeObject | undefined = found;
    for (let attempt = 1; live !== undefined; attempt++) {
      const patch = takeOverPatch(live.metadata, overrideManagers);
      if (patch.length === 0) return;
      const version = { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion };
      try {
        await kube.patch(target.resource, target.key, [...patch, version], { type: 'json', signal });
        return;
      } catch (error) {
        if (refusalOf(error)?.code !== 409 || attempt === maxConflicts) throw error;
        live = await kube.get(target.resource, target.key, { signal });
      }
    }
  });
}

async function deleteAndWait(target: Target, live: KubeObject, options: ApplyOptions): Promise<void> {
  const { kube, signal, recreateTimeoutMs } = options;
  const { uid } = live.metadata;
  await explained(`${target.subject} immutable field detected, failed to delete object`, [live], () =>
    kube.delete(target.resource, target.key, {
      propagationPolicy: 'Background',
      ...(uid !== undefined && { uid }),
      signal,
    }),
  );
  await explained(
    `${target.subject} immutable field detected, failed to wait for object to be deleted`,
    [live],
    async () => {
      const deadline = performance.now() + recreateTimeoutMs;
      for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 2, maxPollMs)) {
        const found = await kube.get(target.resource, target.key, { metadataOnly: true, signal });
        if (found === undefined || found.metadata.uid !== uid) return;
        if (performance.now() >= deadline) throw new Error('timed out waiting for the condition');
        await sleep(pollMs, undefined, { signal });
      }
    },
  );
}

async function explained<T>(
  what: string,
  secrets: readonly (KubeObject | undefined)[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new Error(`${what}: ${maskSecrets(messageOf(cause), secrets)}`, { cause });
  }
}

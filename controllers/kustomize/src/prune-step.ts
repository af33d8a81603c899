import { pruneObjects } from '@sluice/apply';
import { formatChange, staleEntries, unionEntries } from '@sluice/plan';
import type { Applied } from './apply-step.ts';
import { progressEvent, type Run } from './run.ts';
import { Stop } from './stop.ts';

/**
 * Deletes what left the source. What could not be deleted stays in the inventory for the next run.
 * @throws Stop; Fenced
 */
export async function prune(run: Run, { entries, remembered }: Applied): Promise<void> {
  const { object, ctx, inventory, kube } = run;
  const stale = staleEntries(inventory, entries);
  if (!object.spec.prune || stale.length === 0) return;
  const { name, namespace = '' } = object.metadata;
  const { changes, failed, error } = await pruneObjects(stale, {
    kube,
    signal: ctx.signal,
    owner: { name, namespace },
    fence: () => ctx.fence({ live: true }),
    failpoint: (point) => ctx.failpoint(point),
    keepUids: new Set(remembered.objects.values().map(({ known }) => known.uid)),
  });
  await ctx.failpoint('kustomize/after-prune');
  if (changes.length > 0) ctx.event(progressEvent(run, changes.map(formatChange).join('\n')));
  if (error === '') return;
  const left = { inventory: { entries: unionEntries(failed, entries) } };
  throw new Stop('PruneFailed', error, { digest: remembered.digest, changes: left });
}

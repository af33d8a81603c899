import { findRemaining, pruneObjects } from '@sluice/apply';
import { findCondition, keyOf, type Kustomization } from '@sluice/api';
import { formatChange, formatSubject, parseInventoryId, type InventoryEntry } from '@sluice/plan';
import type { ReconcileEvent } from '@sluice/runtime';
import type { Deps } from './deps.ts';
import { kubeFor, serviceAccountOf } from './identity.ts';
import type { KustomizeOutcome } from './outcome.ts';
import type { KustomizeContext } from './run.ts';
import { timeoutOf } from './spec.ts';

const pollMs = 2000;

/**
 * Cleans up behind a deleted Kustomization. Neither its source nor its dependencies have to be there.
 * @see spec kustomization-controller §14
 */
export async function finalizeKustomization(
  object: Kustomization,
  deps: Deps,
  ctx: KustomizeContext,
): Promise<KustomizeOutcome> {
  const status = ctx.status();
  const entries = status.inventory?.entries ?? [];
  const { deletes, waits } = policyOf(object);
  if (!deletes || entries.length === 0) return gone(object, deps, ctx);
  if (await lacksAccount(object, deps, ctx)) {
    ctx.log.error({}, 'skipping the deletion of objects: the account to impersonate is missing');
    const lines = entries.map(({ id }) => formatSubject(parseInventoryId(id)));
    return gone(object, deps, ctx, event(object, 'error', `unable to prune objects: \n${lines.join('\n')}`));
  }
  return await deleteObjects(object, { entries, waits }, deps, ctx);
}

async function deleteObjects(
  object: Kustomization,
  { entries, waits }: { entries: readonly InventoryEntry[]; waits: boolean },
  deps: Deps,
  ctx: KustomizeContext,
): Promise<KustomizeOutcome> {
  const { name, namespace = '' } = object.metadata;
  const kube = kubeFor(object, ctx.kube, deps.settings.defaultServiceAccount);
  const { changes, error } = await pruneObjects(entries, {
    kube,
    signal: ctx.signal,
    owner: { name, namespace },
    // The object is being deleted: that is no reason to stop here.
    fence: async () => {},
    failpoint: (point) => ctx.failpoint(point),
  });
  const status = ctx.status();
  if (error !== '') {
    const message = `pruning for deleted resource failed: ${error}`;
    const events = [event(object, 'error', message)];
    return { type: 'retry', status, reason: 'PruneFailed', message, events };
  }
  const deleted = changes.filter(({ action }) => action === 'deleted');
  const done = event(object, 'info', changes.map(formatChange).join('\n'));
  if (!waits) return gone(object, deps, ctx, done);
  const remaining = await findRemaining(deleted, { kube, signal: ctx.signal });
  if (remaining.length === 0) return gone(object, deps, ctx, done);
  const deadline = Date.parse(object.metadata.deletionTimestamp ?? '') + timeoutOf(object);
  const now = ctx.now().getTime();
  if (now >= deadline)
    return gone(object, deps, ctx, event(object, 'error', 'failed to wait for resources termination'));
  return { type: 'waiting', status, until: new Date(Math.min(deadline, now + pollMs)) };
}

function gone(object: Kustomization, { drift }: Deps, ctx: KustomizeContext, told?: ReconcileEvent): KustomizeOutcome {
  drift.forget(keyOf(object));
  return { type: 'done', status: ctx.status(), events: told === undefined ? [] : [told] };
}

function policyOf({ spec }: Kustomization): { deletes: boolean; waits: boolean } {
  if (spec.suspend === true) return { deletes: false, waits: false };
  switch (spec.deletionPolicy ?? 'MirrorPrune') {
    case 'Orphan':
      return { deletes: false, waits: false };
    case 'Delete':
      return { deletes: true, waits: false };
    case 'WaitForTermination':
      return { deletes: true, waits: true };
    default:
      return { deletes: spec.prune, waits: false };
  }
}

/** Whether the account that the objects were applied as is no longer there. */
async function lacksAccount(object: Kustomization, { settings }: Deps, ctx: KustomizeContext): Promise<boolean> {
  const name = serviceAccountOf(object, settings.defaultServiceAccount);
  if (name === '') return false;
  const { namespace = '' } = object.metadata;
  return (await ctx.read({ group: '', version: 'v1', kind: 'ServiceAccount' }, { namespace, name })) === undefined;
}

function event(object: Kustomization, severity: 'info' | 'error', message: string): ReconcileEvent {
  const { status } = object;
  const reason = findCondition(status?.conditions, 'Ready')?.reason ?? severity;
  const revision = status?.lastAppliedRevision;
  return {
    severity,
    reason,
    message,
    ...(revision !== undefined && { metadata: { 'kustomize.toolkit.fluxcd.io/revision': revision } }),
  };
}

import { findCondition, formatDuration, gvkOf, type KustomizationStatus } from '@sluice/api';
import { formatInventoryId } from '@sluice/plan';
import type { Deps } from './deps.ts';
import { judgeHealth, readHealth, watchedObject, type HealthTarget } from './health.ts';
import type { Remembered } from './memory.ts';
import { succeeded, type KustomizeOutcome } from './outcome.ts';
import { progressEvent, progressMessage, type Run } from './run.ts';
import { timeoutOf } from './spec.ts';
import { inProgress, withCondition, withoutConditions } from './status.ts';
import { Stop } from './stop.ts';

export interface HealthInput {
  /** The status with all that the run has done before. */
  readonly status: KustomizationStatus;
  readonly remembered: Remembered;
  /** Whether this run applied a change: then the time begins anew. */
  readonly hasChanged: boolean;
}

// Pods are not watched, and tell of failures that their owners do not.
const pollMs = 10_000;

/** Whether an earlier run has applied all this and waits for it to become healthy. */
export function isWaitingForHealth({ object, ctx, artifact }: Pick<Run, 'object' | 'ctx' | 'artifact'>): boolean {
  return (
    deadlineOf(ctx.status(), object, progressMessage('Running health checks', object, artifact.revision)) !== undefined
  );
}

/**
 * Ends the run if all is healthy, or lets it wait. The wait is in the status and holds nothing: whatever wakes it, this
 * step is run again.
 * @throws Stop when something has failed, or the time is over
 * @see spec kustomization-controller §15
 */
export async function checkHealth(run: Run, input: HealthInput, deps: Deps): Promise<KustomizeOutcome> {
  const { object, ctx, artifact, kube } = run;
  const { remembered, hasChanged } = input;
  const targets = findTargets(run, remembered);
  if (targets.length === 0) {
    return succeeded(run, { status: withoutConditions(input.status, 'Healthy'), remembered, events: [] }, deps);
  }
  const message = progressMessage('Running health checks', object, artifact.revision);
  const now = ctx.now();
  const deadline = hasChanged ? undefined : deadlineOf(input.status, object, message);
  // Noted before the objects are read, so that no change in between is missed.
  deps.memory.set(run.key, { ...remembered, isWaiting: true });
  ctx.wakeOn(targets.filter(({ id }) => !remembered.objects.has(formatInventoryId(id))).map(watchedObject));
  const results = await readHealth(targets, { kube, now, signal: ctx.signal });
  const verdict = judgeHealth(results, deadline !== undefined && now >= deadline);
  if (verdict === undefined) return waiting(run, { ...input, deadline, message });
  const startedMs = deadline === undefined ? now.getTime() : deadline.getTime() - timeoutOf(object);
  const took = formatDuration(Math.max(0, ctx.now().getTime() - startedMs));
  await ctx.failpoint('kustomize/after-health');
  if (!verdict.passed) {
    deps.memory.set(run.key, { ...remembered, isWaiting: false });
    const unhealthy = { type: 'Healthy', status: 'False', reason: 'HealthCheckFailed', message: verdict.text } as const;
    const changes = withCondition(input.status, unhealthy, object, now);
    throw new Stop('HealthCheckFailed', `health check failed after ${took}: ${verdict.text}`, {
      digest: remembered.digest,
      changes,
    });
  }
  const passed = `Health check passed in ${took}`;
  const healthy = { type: 'Healthy', status: 'True', reason: 'Succeeded', message: passed } as const;
  const before = findCondition(input.status.conditions, 'Healthy');
  const isNews = before?.status !== 'True' || (hasChanged && input.status.lastAppliedRevision !== artifact.revision);
  // Without news the old message stays, or every run would write a new duration.
  const status = isNews ? withCondition(input.status, healthy, object, now) : input.status;
  return succeeded(run, { status, remembered, events: isNews ? [progressEvent(run, passed)] : [] }, deps);
}

function waiting(
  { object, ctx }: Run,
  { status, deadline, message }: HealthInput & { deadline: Date | undefined; message: string },
): KustomizeOutcome {
  const now = ctx.now();
  const running = inProgress(status, message, object, now);
  const unknown = { type: 'Healthy', status: 'Unknown', reason: 'Progressing', message } as const;
  // An older wait with the same words must not lend its time.
  const base = deadline === undefined ? withoutConditions(running, 'Healthy') : running;
  const end = deadline?.getTime() ?? now.getTime() + timeoutOf(object);
  return {
    type: 'waiting',
    status: withCondition(base, unknown, object, now),
    until: new Date(Math.min(end, now.getTime() + pollMs)),
  };
}

/** When a wait that the status tells of is over; `undefined` when it tells of none, or of another. */
function deadlineOf(status: KustomizationStatus, object: Run['object'], message: string): Date | undefined {
  const healthy = findCondition(status.conditions, 'Healthy');
  const isThis =
    healthy?.status === 'Unknown' &&
    healthy.message === message &&
    healthy.observedGeneration === object.metadata.generation;
  return isThis ? new Date(Date.parse(healthy.lastTransitionTime) + timeoutOf(object)) : undefined;
}

function findTargets({ object }: Run, remembered: Remembered): HealthTarget[] {
  const { spec, metadata } = object;
  const applied = [...remembered.objects].map(([inventoryId, { id, version }]) => ({
    id,
    version,
    mayBeGone: remembered.selfRemoving.has(inventoryId),
  }));
  const named = (spec.healthChecks ?? []).map(({ apiVersion = 'apps/v1', kind, name, namespace = '' }) => {
    const gvk = gvkOf({ apiVersion, kind });
    const id = { group: gvk.group, kind, namespace, name };
    return { id, version: gvk.version, mayBeGone: remembered.selfRemoving.has(formatInventoryId(id)) };
  });
  const isSelf = ({ id }: HealthTarget) =>
    id.kind === 'Kustomization' && id.name === metadata.name && id.namespace === metadata.namespace;
  return (spec.wait === true ? applied : named).filter((target) => !isSelf(target));
}

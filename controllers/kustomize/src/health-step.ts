import { findCondition, formatDuration, gvkOf, type KustomizationStatus } from '@sluice/api';
import { formatInventoryId } from '@sluice/plan';
import type { Deps } from './deps.ts';
import { judgeHealth, readHealth, watchedObject, type HealthResult, type HealthTarget } from './health.ts';
import type { Remembered } from './memory.ts';
import { succeeded, unchanged, type KustomizeOutcome } from './outcome.ts';
import { eventMetadata, progressEvent, progressMessage, type Run } from './run.ts';
import { timeoutOf } from './spec.ts';
import { inProgress, withCondition, withoutConditions } from './status.ts';
import { Stop } from './stop.ts';

export interface HealthInput {
  /** The status with all that the run has done before. */
  readonly status: KustomizationStatus;
  readonly remembered: Remembered;
  /** Whether this run applied a change: then the time begins anew. */
  readonly hasChanged: boolean;
  /** Whether there is nothing to tell unless the health is bad: all was well before, and nothing was done. */
  readonly isQuiet: boolean;
}

// Pods are not watched, and tell of failures that their owners do not.
const pollMs = 10_000;

/** Whether an earlier run has applied all this and waits for it to become healthy. */
export function isWaitingForHealth({ object, ctx, artifact }: Pick<Run, 'object' | 'ctx' | 'artifact'>): boolean {
  const message = progressMessage('Running health checks', object, artifact.revision);
  return deadlineOf(ctx.status(), object, message) !== undefined;
}

/** A wait for the health of something older ends here. */
export function tellCancelledWait({ object, ctx, artifact, wasWaiting }: Run): void {
  const { conditions, lastAttemptedRevision } = ctx.status();
  if (wasWaiting || findCondition(conditions, 'Healthy')?.status !== 'Unknown') return;
  const isNewRevision = lastAttemptedRevision !== artifact.revision;
  const self = `Kustomization/${object.metadata.namespace}/${object.metadata.name}`;
  const { kind, name, namespace = object.metadata.namespace } = object.spec.sourceRef;
  const cause = isNewRevision ? `${kind}/${namespace}/${name}` : self;
  ctx.event({
    severity: 'info',
    reason: 'HealthCheckCanceled',
    message: `Health checks canceled due to new reconciliation triggered by ${cause}`,
    metadata: eventMetadata(object, artifact),
  });
}

/**
 * Ends the run if all is healthy, or lets it wait. The wait is in the status and holds nothing: whatever wakes it, this
 * step is run again.
 * @throws Stop when something has failed, or the time is over
 * @see spec kustomization-controller §15
 */
export async function checkHealth(run: Run, input: HealthInput, deps: Deps): Promise<KustomizeOutcome> {
  const { object, ctx, artifact } = run;
  const targets = findTargets(run, input.remembered);
  if (targets.length === 0) {
    const { remembered, isQuiet } = input;
    if (isQuiet) return unchanged(run, remembered, deps);
    return succeeded(run, { status: withoutConditions(input.status, 'Healthy'), remembered, events: [] }, deps);
  }
  const message = progressMessage('Running health checks', object, artifact.revision);
  const now = ctx.now();
  const deadline = input.hasChanged ? undefined : deadlineOf(input.status, object, message);
  // Noted before the objects are read, so that no change in between is missed.
  deps.memory.set(run.key, { ...input.remembered, isWaiting: true });
  ctx.wakeOn(targets.filter(({ id }) => !input.remembered.objects.has(formatInventoryId(id))).map(watchedObject));
  const results = await readUnknown(run, { targets, now, remembered: input.remembered }, deps);
  const remembered = { ...input.remembered, healthyAt: healthyVersions(results), isWaiting: false };
  const verdict = judgeHealth(results, deadline !== undefined && now >= deadline);
  deps.memory.set(run.key, { ...remembered, isWaiting: verdict === undefined });
  if (verdict === undefined) return waiting(run, { status: input.status, deadline, message });
  const startedMs = deadline === undefined ? now.getTime() : deadline.getTime() - timeoutOf(object);
  const took = formatDuration(Math.max(0, ctx.now().getTime() - startedMs));
  await ctx.failpoint('kustomize/after-health');
  if (!verdict.passed) throw unhealthy(run, { ...input, remembered }, { text: verdict.text, took });
  const before = findCondition(input.status.conditions, 'Healthy');
  if (input.isQuiet && before?.status === 'True') return unchanged(run, remembered, deps);
  const passed = `Health check passed in ${took}`;
  const healthy = { type: 'Healthy', status: 'True', reason: 'Succeeded', message: passed } as const;
  const isNewRevision = input.status.lastAppliedRevision !== artifact.revision;
  const isNews = before?.status !== 'True' || (input.hasChanged && isNewRevision);
  // Without news the old message stays, or every run would write a new duration.
  const status = isNews ? withCondition(input.status, healthy, object, now) : input.status;
  return succeeded(run, { status, remembered, events: isNews ? [progressEvent(run, passed)] : [] }, deps);
}

/** Reads the objects, but for those that are as they were when they were healthy. */
async function readUnknown(
  { kube, ctx, healthRules }: Run,
  { targets, now, remembered }: { targets: readonly HealthTarget[]; now: Date; remembered: Remembered },
  { drift }: Deps,
): Promise<HealthResult[]> {
  const isKnown = ({ id }: HealthTarget) => {
    const version = remembered.healthyAt.get(formatInventoryId(id));
    return version !== undefined && drift.look(id)?.resourceVersion === version;
  };
  const known = targets.filter(isKnown).map((target) => ({
    target,
    status: 'Current' as const,
    resourceVersion: remembered.healthyAt.get(formatInventoryId(target.id)),
    problem: undefined,
  }));
  const unknown = targets.filter((target) => !isKnown(target));
  return [...known, ...(await readHealth(unknown, { kube, now, rules: healthRules, signal: ctx.signal }))];
}

function healthyVersions(results: readonly HealthResult[]): Map<string, string> {
  const healthy = results.filter(({ status }) => status === 'Current');
  return new Map(
    healthy.flatMap(({ target, resourceVersion }) =>
      resourceVersion === undefined ? [] : [[formatInventoryId(target.id), resourceVersion] as const],
    ),
  );
}

function unhealthy(
  { object, ctx }: Run,
  { status, remembered }: HealthInput,
  { text, took }: { text: string; took: string },
): Stop {
  const condition = { type: 'Healthy', status: 'False', reason: 'HealthCheckFailed', message: text } as const;
  return new Stop('HealthCheckFailed', `health check failed after ${took}: ${text}`, {
    digest: remembered.digest,
    changes: withCondition(status, condition, object, ctx.now()),
  });
}

function waiting(
  { object, ctx }: Run,
  { status, deadline, message }: { status: KustomizationStatus; deadline: Date | undefined; message: string },
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

import { findCondition, formatDuration, isTrue, type Kustomization, type KustomizationStatus } from '@sluice/api';
import type { Outcome, ReconcileEvent } from '@sluice/runtime';
import type { Deps } from './deps.ts';
import { recordResult } from './history.ts';
import type { Remembered } from './memory.ts';
import { eventMetadata, type KustomizeContext, type Run } from './run.ts';
import { originRevisionOf } from './source.ts';
import { intervalOf, retryIntervalOf } from './spec.ts';
import { startedAt, withCondition, withoutConditions } from './status.ts';
import type { Stop } from './stop.ts';

export type KustomizeOutcome = Outcome<KustomizationStatus>;

/** The run came to its good end. */
export function succeeded(
  run: Run,
  end: { status: KustomizationStatus; remembered: Remembered; events: readonly ReconcileEvent[] },
  deps: Deps,
): KustomizeOutcome {
  const { object, ctx, artifact } = run;
  const { digest, quietRuns } = end.remembered;
  const { revision } = artifact;
  const originRevision = originRevisionOf(artifact);
  const durationMs = durationOf(run);
  deps.memory.set(run.key, { ...end.remembered, isWaiting: false, quietRuns: 0 });
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'ReconciliationSucceeded',
    message: `Applied revision: ${revision}`,
  } as const;
  const { lastAppliedOriginRevision: _, ...before } = withoutConditions(end.status, 'Reconciling', 'Stalled');
  const status = {
    ...before,
    lastAttemptedRevision: revision,
    lastAppliedRevision: revision,
    ...(originRevision !== undefined && { lastAppliedOriginRevision: originRevision }),
  };
  const metadata = { revision, ...(originRevision !== undefined && { originRevision }) };
  const result = { digest, status: ready.reason, durationMs, metadata, quietRuns };
  const finished = `Reconciliation finished in ${formatDuration(durationMs)}, next run in ${formatDuration(intervalOf(object))}`;
  return {
    type: 'done',
    status: {
      ...withCondition(status, ready, object, ctx.now()),
      history: recordResult(status.history, result, ctx.now()),
    },
    events: [
      ...end.events,
      {
        severity: 'info',
        reason: ready.reason,
        message: finished,
        metadata: {
          ...eventMetadata(object, artifact),
          'kustomize.toolkit.fluxcd.io/commit_status': 'update',
        },
      },
    ],
  };
}

/** There was nothing to do, and nothing is told. */
export function unchanged(run: Run, remembered: Remembered, { memory }: Deps): KustomizeOutcome {
  memory.set(run.key, { ...remembered, isWaiting: false, quietRuns: remembered.quietRuns + 1 });
  return { type: 'unchanged' };
}

/** The run stopped before its end. */
export function failed(
  stop: Stop,
  { object, run, ctx }: { object: Kustomization; run: Run | undefined; ctx: KustomizeContext },
): KustomizeOutcome {
  const { reason, message, retry } = stop;
  const before = withResult({ ...ctx.status(), ...stop.changes }, stop, run);
  const status = withFailure(before, stop, object, ctx.now());
  const isRepeated = isReported(ctx.status(), stop) && stop.event?.severity === 'info';
  const events: ReconcileEvent[] =
    stop.event === undefined || isRepeated
      ? []
      : [{ ...stop.event, reason, metadata: eventMetadata(object, run?.artifact) }];
  if (typeof retry === 'object' && 'observed' in retry) {
    return { type: 'stalled', status, reason, message, observed: retry.observed, events };
  }
  const afterMs = retry === 'backoff' ? undefined : retry === 'interval' ? retryIntervalOf(object) : retry.afterMs;
  return { type: 'retry', status, reason, message, events, ...(afterMs !== undefined && { afterMs }) };
}

/** Milliseconds since the run began; of one that waited in between, since its first part began. */
function durationOf({ ctx, object, startedMs, wasWaiting }: Run): number {
  const begun = wasWaiting ? startedAt(object.status ?? {}) : undefined;
  return begun === undefined ? ctx.elapsedMs() - startedMs : Math.max(0, ctx.now().getTime() - begun.getTime());
}

function withFailure(status: KustomizationStatus, stop: Stop, object: Kustomization, now: Date): KustomizationStatus {
  const { reason, message, retry } = stop;
  const failure = { type: 'Ready', status: 'False', reason, message } as const;
  const unready = withCondition(status, failure, object, now);
  if (typeof retry === 'object' && 'observed' in retry) {
    return withCondition(unready, { type: 'Stalled', status: 'True', reason, message }, object, now);
  }
  const progress = findCondition(unready.conditions, 'Reconciling');
  if (progress === undefined) return unready;
  const retrying = {
    type: 'Reconciling',
    status: 'True',
    reason: 'ProgressingWithRetry',
    message: progress.message,
  } as const;
  return withCondition(unready, retrying, object, now);
}

function withResult(status: KustomizationStatus, { digest, reason }: Stop, run: Run | undefined): KustomizationStatus {
  if (digest === undefined || run === undefined) return status;
  const { revision } = run.artifact;
  const originRevision = originRevisionOf(run.artifact);
  const metadata = { revision, ...(originRevision !== undefined && { originRevision }) };
  const result = { digest, status: reason, durationMs: durationOf(run), metadata };
  return { ...status, history: recordResult(status.history, result, run.ctx.now()) };
}

function isReported(status: KustomizationStatus, { reason, message }: Stop): boolean {
  const ready = findCondition(status.conditions, 'Ready');
  return ready?.status === 'False' && ready.reason === reason && ready.message === message;
}

/** Whether the last run went well to its end, for this generation and revision. */
export function isReadyAt({ object, ctx, artifact }: Pick<Run, 'object' | 'ctx' | 'artifact'>): boolean {
  const status = ctx.status();
  return (
    isTrue(status.conditions, 'Ready') &&
    status.observedGeneration === object.metadata.generation &&
    status.lastAppliedRevision === artifact.revision
  );
}

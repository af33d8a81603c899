import { ReconcileError, findCondition, setCondition, type ObjectKey } from '@sluice/api';
import { isNewer } from '@sluice/kube';
import type { Run, RunResult } from '@sluice/queue';
import { finishStatus, requestedAtOf, suspendedStatus } from './conditions.ts';
import { fieldManagerOf } from './field-manager.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from './finalizers.ts';
import { Fenced, type CommonStatus, type Outcome, type Reconciled } from './kind.ts';
import type { ReconcileResult } from './metrics.ts';
import { Session } from './session.ts';
import { jittered } from './triggers.ts';
import type { Worker } from './worker.ts';

/** How long to wait for the cache to reach what the asker has seen, before asking the server. */
const cacheWaitMs = 2000;
/** How soon a run is tried again that ended since it might no longer act. */
const fencedMs = 200;
const minIntervalMs = 1000;
const fallbackIntervalMs = 60_000;

/** What a run comes to: what the queue is told, and what is counted. */
interface Ended {
  readonly next: RunResult;
  readonly result: ReconcileResult;
  readonly isWaiting?: boolean;
  readonly isGone?: boolean;
}

/** One run of one key, from the queue to the status. Everything that all kinds have in common is here. */
export async function reconcile(worker: Worker, run: Run): Promise<RunResult> {
  const kind = worker.kind.gvk.kind;
  const measured = worker.metrics.started(kind, run.waitedMs);
  worker.wakes.began(kind, run.key);
  let ended: Ended = { next: { failed: true }, result: 'error' };
  try {
    ended = await reconcileKey(worker, run);
  } catch (error) {
    // The server could not be read or written: the run as a whole is tried again.
    worker.log.error({ error, controllerKind: kind, ...run.key }, 'reconciliation failed');
  }
  worker.wakes.ended(kind, run.key, ended.isWaiting === true);
  worker.metrics.ended(measured, kind, run.key, ended.result);
  if (ended.next.failed === true) worker.metrics.retried(kind);
  if (ended.isGone === true) worker.metrics.forget(kind, run.key);
  return ended.next;
}

async function reconcileKey(worker: Worker, run: Run): Promise<Ended> {
  const object = await readObject(worker, run);
  if (object === undefined) return forget(worker, run.key);
  const session = new Session(worker, run, object);
  try {
    return await reconcileObject(worker, session);
  } catch (error) {
    if (!(error instanceof Fenced) && !run.signal.aborted) throw error;
    return giveUp(worker, session, error);
  }
}

async function reconcileObject(worker: Worker, session: Session): Promise<Ended> {
  const { kind } = worker;
  const { object, ctx } = session;
  if (object.metadata.deletionTimestamp !== undefined) return finalize(worker, session);
  if (kind.finalizer !== undefined && !hasFinalizer(object, kind.finalizer)) {
    const stored = await addFinalizer(targetOf(worker), object, kind.finalizer);
    if (stored === undefined) return { next: {}, result: 'success' };
    session.accept(stored);
    await ctx.failpoint('runtime/after-finalizer');
  }
  if (object.spec.suspend === true) {
    ctx.log.info({}, 'reconciliation is suspended');
    await session.write(suspendedStatus(object), 'result');
    return { next: {}, result: 'success' };
  }
  const outcome = await attempt(worker, session, () => kind.reconcile(object, ctx));
  return conclude(worker, session, outcome);
}

/** The object is being deleted: cleans up behind it, then lets it go. Comes before suspend. */
async function finalize(worker: Worker, session: Session): Promise<Ended> {
  const { kind } = worker;
  const { object, ctx, key } = session;
  if (kind.finalizer === undefined || !hasFinalizer(object, kind.finalizer)) return { next: {}, result: 'success' };
  const outcome = await attempt(worker, session, async () =>
    kind.finalize === undefined ? ({ type: 'unchanged' } as const) : kind.finalize(object, ctx),
  );
  if (outcome.type !== 'done' && outcome.type !== 'unchanged') return conclude(worker, session, outcome);
  session.send(outcome.type === 'done' ? outcome.events : undefined);
  await ctx.failpoint('runtime/before-finalizer-removal');
  await removeFinalizer(targetOf(worker), object, kind.finalizer);
  await ctx.failpoint('runtime/after-finalizer-removal');
  ctx.log.info({}, 'deleted');
  return forget(worker, key);
}

/** Writes the outcome, sends its events, and says when to come again. */
async function conclude(worker: Worker, session: Session, outcome: Outcome): Promise<Ended> {
  const { kind, clock, metrics } = worker;
  const { object, ctx, key } = session;
  const status = finishStatus({ kind, object, outcome, stored: session.status, now: clock.now() });
  await ctx.failpoint('runtime/before-status');
  await session.write(status, 'result');
  await ctx.failpoint('runtime/after-status');
  session.send('events' in outcome ? outcome.events : undefined);
  report(session, outcome);
  await addAgainIfMoved(worker, session);
  const ended = endOf(worker, session, outcome, status);
  if (ended.result === 'success') metrics.succeeded(kind.gvk.kind, key);
  if (outcome.type === 'stalled') metrics.stalled(kind.gvk.kind);
  return ended;
}

function endOf(worker: Worker, { object, ctx }: Session, outcome: Outcome, status: CommonStatus): Ended {
  const { jitter, random, clock } = worker;
  const intervalMs = intervalOf(worker, object);
  const backoff = { failed: true, maxBackoffMs: intervalMs };
  switch (outcome.type) {
    case 'done':
    case 'unchanged': {
      const ready = findCondition(status.conditions, 'Ready');
      if (ready !== undefined && ready.status !== 'True') {
        ctx.log.error({ reason: ready.reason, error: ready.message }, 'reconciled, but not ready');
        return { next: backoff, result: 'error' };
      }
      return { next: { afterMs: outcome.afterMs ?? jittered(intervalMs, jitter, random()) }, result: 'success' };
    }
    case 'waiting': {
      const afterMs = Math.max(outcome.until.getTime() - clock.now().getTime(), 0);
      return { next: { afterMs }, result: 'requeue_after', isWaiting: true };
    }
    case 'retry':
      if (outcome.afterMs === undefined) return { next: backoff, result: 'error' };
      return { next: { afterMs: outcome.afterMs }, result: 'requeue_after' };
    case 'stalled':
      return { next: {}, result: 'error' };
  }
}

/** Never so short, or no number at all, that one object could keep a worker for itself or be forgotten. */
function intervalOf({ kind }: Worker, object: Reconciled): number {
  const intervalMs = kind.intervalMs(object);
  return Number.isFinite(intervalMs) ? Math.max(intervalMs, minIntervalMs) : fallbackIntervalMs;
}

/** Runs the kind's own part and makes what it throws an outcome. @throws Fenced */
async function attempt(worker: Worker, session: Session, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    // What an aborted run throws tells of the abort, not of the object.
    if (error instanceof Fenced || session.ctx.signal.aborted) throw error;
    if (error instanceof ReconcileError) return outcomeOf(error, session, worker.clock.now());
    if (isFault(error)) {
      worker.metrics.panicked(worker.kind.gvk.kind);
      session.ctx.log.error({ error }, 'fault in the program');
    }
    const message = Error.isError(error) ? error.message : String(error);
    const events = [{ severity: 'error', reason: 'Failed', message } as const];
    return { type: 'retry', status: session.status, reason: 'Failed', message, events };
  }
}

function outcomeOf(error: ReconcileError, { object, status }: Session, now: Date): Outcome {
  const { reason, message, retry, condition } = error;
  const generation = object.metadata.generation ?? 0;
  const failure = { status: 'True', reason, message, observedGeneration: generation } as const;
  const conditions = status.conditions ?? [];
  const told = condition === undefined ? conditions : setCondition(conditions, { ...failure, type: condition }, now);
  const outcome = {
    status: { ...status, ...(told.length > 0 && { conditions: told }) },
    reason,
    message,
    events: [{ severity: 'error', reason, message } as const],
  };
  if (retry === 'stalled') return { type: 'stalled', ...outcome };
  return { type: 'retry', ...outcome, ...(retry !== 'backoff' && { afterMs: retry.afterMs }) };
}

/** Errors that a correct program does not throw. */
function isFault(error: unknown): boolean {
  const faults = [TypeError, ReferenceError, RangeError, SyntaxError];
  return !Error.isError(error) || faults.some((fault) => error instanceof fault);
}

/**
 * The run may no longer act, or was aborted: it leaves no word in the status. If it is still wanted, its key comes again
 * soon; on shutdown, the successor sees from the status that it was not finished.
 */
function giveUp(worker: Worker, { ctx, key }: Session, error: unknown): Ended {
  worker.metrics.fenced(worker.kind.gvk.kind);
  ctx.log.info({ error, namespace: key.namespace, name: key.name }, 'reconciliation given up');
  return { next: worker.isStopping() ? {} : { afterMs: fencedMs }, result: 'requeue' };
}

/** What moved while the run went on has asked for a run by itself, unless nobody led: this makes sure. */
async function addAgainIfMoved({ cache, queue, metrics, kind }: Worker, { object, key }: Session): Promise<void> {
  const now = cache.get(key);
  if (now === undefined || now.metadata.uid !== object.metadata.uid) return;
  // A cache that is behind says nothing about what comes next.
  if (!isNewer(now.metadata.resourceVersion, object.metadata.resourceVersion)) return;
  const requestedAt = requestedAtOf(now);
  const isRequested = requestedAt !== undefined && requestedAt !== requestedAtOf(object);
  if (!isRequested && now.metadata.generation === object.metadata.generation) return;
  metrics.added(kind.gvk.kind);
  await queue.add(kind.gvk.kind, key, isRequested ? 'person' : 'change', now.metadata.resourceVersion);
}

/** From the own cache once that has come to what the asker saw, else from the server. */
async function readObject({ cache, kube, resource }: Worker, run: Run): Promise<Reconciled | undefined> {
  const { key, resourceVersion, signal } = run;
  const isFresh = resourceVersion === undefined || (await cache.reaches(resourceVersion, cacheWaitMs, signal));
  // The cache holds objects of the worker's kind only.
  if (isFresh) return cache.get(key) as Reconciled | undefined;
  const live = await kube.get<Reconciled>(resource, key, { signal });
  if (live !== undefined) cache.put(live);
  return live;
}

async function forget({ queue, kind }: Worker, key: ObjectKey): Promise<Ended> {
  await queue.forget(kind.gvk.kind, key);
  return { next: {}, result: 'success', isGone: true };
}

function report({ ctx }: Session, outcome: Outcome): void {
  switch (outcome.type) {
    case 'done':
      return ctx.log.info({}, 'reconciliation finished');
    case 'unchanged':
      return ctx.log.debug({}, 'nothing to do');
    case 'waiting':
      return ctx.log.info({ until: outcome.until.toISOString() }, 'reconciliation waiting');
    case 'retry':
      return ctx.log.error({ reason: outcome.reason, error: outcome.message }, 'reconciliation failed');
    case 'stalled':
      return ctx.log.error({ reason: outcome.reason, error: outcome.message }, 'reconciliation stalled');
  }
}

function targetOf({ kube, resource, kind }: Worker) {
  return { kube, resource, fieldManager: fieldManagerOf(kind) };
}

import {
  findCondition,
  removeConditions,
  requestedAtAnnotation,
  setCondition,
  type Condition,
  type NewCondition,
} from '@sluice/api';
import type { CommonStatus, Kind, Outcome, Reconciled } from './kind.ts';

export interface Finish {
  readonly kind: Kind;
  /** The object as it was when the run began. */
  readonly object: Reconciled;
  readonly outcome: Outcome;
  /** The status as last read or written in this run. */
  readonly stored: CommonStatus;
  readonly now: Date;
}

/**
 * The status that a run leaves behind:
 *
 * | outcome         | Reconciling                              | Stalled | observedGeneration                   |
 * |-----------------|------------------------------------------|---------|--------------------------------------|
 * | done, unchanged | goes                                     | goes    | this generation                      |
 * | waiting         | stays; with retry if Ready is False      | goes    | as it was                            |
 * | retry           | stays, with retry; comes if nothing else | goes    | as it was                            |
 * |                 | makes Ready False                        |         |                                      |
 * | stalled         | goes                                     | set     | this one, unless `observed` is false |
 *
 * Then Ready is summarised from the others where the kind says how; else a failure sets it to False. What was asked for
 * when the run began is noted as handled, whatever came of it.
 * @see spec source, "Result classes"
 */
export function finishStatus({ kind, object, outcome, stored, now }: Finish): CommonStatus {
  const status: CommonStatus = 'status' in outcome ? outcome.status : stored;
  const generation = object.metadata.generation ?? 0;
  const summarize = (list: readonly Condition[]): readonly Condition[] => kind.summarize?.(list, object, now) ?? list;
  const fail = (list: readonly Condition[], reason: string, message: string): readonly Condition[] =>
    kind.summarize === undefined ? withFailure(list, { reason, message, observedGeneration: generation }, now) : list;
  const conditions = status.conditions ?? [];

  switch (outcome.type) {
    case 'done':
    case 'unchanged': {
      const ended = summarize(removeConditions(conditions, 'Reconciling', 'Stalled'));
      return handled({ ...withConditions(status, ended), ...observed(ended, generation) }, object);
    }
    case 'waiting': {
      const waiting = removeConditions(conditions, 'Stalled');
      const isFailing = findCondition(summarize(waiting), 'Ready')?.status === 'False';
      return handled(withConditions(status, summarize(isFailing ? withRetry(waiting, now) : waiting)), object);
    }
    case 'retry': {
      const { reason, message } = outcome;
      const failing = withRetry(removeConditions(conditions, 'Stalled'), now);
      const told = summarize(fail(failing, reason, message));
      if (findCondition(told, 'Ready')?.status === 'False') return handled(withConditions(status, told), object);
      // No condition of the kind tells of the failure, such as one that its own code did not foresee.
      const retrying = { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message } as const;
      const shown = setCondition(failing, { ...retrying, observedGeneration: generation }, now);
      return handled(withConditions(status, summarize(shown)), object);
    }
    case 'stalled': {
      const { reason, message } = outcome;
      const stalled = { type: 'Stalled', status: 'True', reason, message, observedGeneration: generation } as const;
      const ended = setCondition(removeConditions(conditions, 'Reconciling'), stalled, now);
      const summarized = summarize(fail(ended, reason, message));
      const observedGeneration = outcome.observed === false ? {} : observed(summarized, generation);
      return handled({ ...withConditions(status, summarized), ...observedGeneration }, object);
    }
  }
}

/**
 * The status of a suspended object: as it is, but for what was asked of it, and that nothing stands in its way any more.
 * @see spec source, "Suspend"
 */
export function suspendedStatus(object: Reconciled): CommonStatus {
  const status = object.status ?? {};
  const conditions = removeConditions(status.conditions ?? [], 'Stalled');
  const isReady = findCondition(conditions, 'Ready')?.status === 'True';
  const generation = isReady ? observed(conditions, object.metadata.generation ?? 0) : {};
  return handled({ ...withConditions(status, conditions), ...generation }, object);
}

/** `status` with the request that was there when `object` was read. */
export function handled(status: CommonStatus, object: Reconciled): CommonStatus {
  const requestedAt = requestedAtOf(object);
  return requestedAt === undefined ? status : { ...status, lastHandledReconcileAt: requestedAt };
}

/** Any text, compared as such; the empty one is a request too. */
export function requestedAtOf(object: { readonly metadata: Reconciled['metadata'] }): string | undefined {
  return object.metadata.annotations?.[requestedAtAnnotation];
}

/** Once something is said about the object, its generation is observed. */
function observed(conditions: readonly Condition[], generation: number): { observedGeneration?: number } {
  return conditions.length === 0 ? {} : { observedGeneration: generation };
}

/** Reconciling goes on, as an attempt after a failure. Its message tells how far the last one came. */
function withRetry(list: readonly Condition[], now: Date): readonly Condition[] {
  const reconciling = findCondition(list, 'Reconciling');
  return reconciling === undefined ? list : setCondition(list, { ...reconciling, reason: 'ProgressingWithRetry' }, now);
}

/** Ready is False. A kind that has said so itself, for the same reason, may have said it in other words. */
function withFailure(
  list: readonly Condition[],
  failure: Omit<NewCondition, 'type' | 'status'>,
  now: Date,
): readonly Condition[] {
  const ready = findCondition(list, 'Ready');
  if (ready?.status === 'False' && ready.reason === failure.reason) return list;
  return setCondition(list, { ...failure, type: 'Ready', status: 'False' }, now);
}

function withConditions(status: CommonStatus, conditions: readonly Condition[]): CommonStatus {
  if (conditions.length > 0) return { ...status, conditions };
  const { conditions: _, ...rest } = status;
  return rest;
}

import type { ObjectKey } from '@sluice/api';

/** How urgent an entry is: a person's request, a change that was seen, or a due time. */
export type Level = 'person' | 'change' | 'interval';

/**
 * A work queue of keys, never of content. What every driver promises, over all replicas that share the queue:
 * - at most one waiting and one running entry per kind and key;
 * - an add during a run gives exactly one more run, which starts after that add and after the run has ended;
 * - a stronger request raises a waiting entry, a weaker one neither sinks it nor starves;
 * - a due time is replaced only by an earlier one, and the start of a run answers every due time set before;
 * - an add is never delayed or dropped because something else waits.
 *
 * Calls reject with `QueueUnavailable` within 2 s when the queue cannot be reached; whether they took effect is then
 * unknown, and adding again is harmless. After `close` they do nothing.
 */
export interface WorkQueue extends AsyncDisposable {
  /**
   * Asks for a run as soon as a slot is free.
   * @param resourceVersion what the asker saw; kept beside the key until the run that it asks for, the last one wins
   */
  add(kind: string, key: ObjectKey, level: Level, resourceVersion?: string): Promise<void>;
  /** Asks for a run at the level `interval` in `delayMs` (any size), unless an earlier due time is set. */
  addAfter(kind: string, key: ObjectKey, delayMs: number): Promise<void>;
  /** Drops due time and failure count of a key whose object is gone. A waiting entry may still run. */
  forget(kind: string, key: ObjectKey): Promise<void>;
  /** Starts runs of `kind` in this process, at most `concurrency` at a time. Once per kind. */
  process(kind: string, options: { readonly concurrency: number }, handler: RunHandler): void;
  /** This process starts nothing more until `resume`; what runs goes on, what is added is kept. */
  pause(): void;
  resume(): void;
  /** Starts nothing more, waits for what runs, aborts it after `drainMs`, and returns soon after that in any case. */
  close(drainMs: number): Promise<void>;
  /** What waits and runs of `kind` now, for metrics. */
  stats(kind: string): Promise<QueueStats>;
}

/** One run of one key. It goes well when it returns; a throw or a rejection counts as a failure. */
export type RunHandler = (run: Run) => Promise<RunResult>;

export interface Run {
  readonly key: ObjectKey;
  /** The strongest request that this run answers. */
  readonly level: Level;
  /** The last one given to `add` for this run; absent when only a due time asked. A hint: it may be lost. */
  readonly resourceVersion: string | undefined;
  /** Milliseconds that the entry waited for a slot. */
  readonly waitedMs: number;
  /** Failures in a row before this run. */
  readonly failures: number;
  /** Aborts at the end of the drain time, or when the lock was lost. */
  readonly signal: AbortSignal;
  /** Milliseconds since this run's lock is known to have been valid, by the monotonic clock. */
  lockAgeMs(): number;
  /** Is the lock younger than its limit and not known to be lost? `false` is final. */
  isOwned(): boolean;
}

export interface RunResult {
  /** Due time of the next run, from now. Absent: none is set. */
  readonly afterMs?: number;
  /** Counts as a failure, as a throw does: the next run comes after the backoff instead of `afterMs`. */
  readonly failed?: boolean;
  /** Upper limit of the backoff of this failure. */
  readonly maxBackoffMs?: number;
}

export interface QueueStats {
  readonly waiting: number;
  readonly running: number;
  readonly delayed: number;
  /** Age of the entry that has waited longest, in milliseconds; 0 when none waits. */
  readonly oldestMs: number;
}

/** Delay after the n-th failure in a row: `min(baseMs * 2^(n-1), maxMs)`. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** What a driver takes. */
export interface QueueOptions {
  readonly backoff?: Backoff;
  /** Told of what a handler threw. The queue itself only counts it. */
  readonly onFailure?: (error: unknown, kind: string, key: ObjectKey) => void;
}

/** 750 ms to 15 min, as Flux. */
export const defaultBackoff: Backoff = { baseMs: 750, maxMs: 900_000 };

/** The queue did not answer in time. Whether the call took effect is unknown. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

const ranks: Readonly<Record<Level, number>> = { person: 2, change: 1, interval: 0 };

export function strongest(a: Level, b: Level): Level {
  return ranks[a] >= ranks[b] ? a : b;
}

/** @param failures in a row, this one included: from 1 on */
export function backoffMs(failures: number, { baseMs, maxMs }: Backoff): number {
  return Math.min(baseMs * 2 ** Math.min(failures - 1, 40), maxMs);
}

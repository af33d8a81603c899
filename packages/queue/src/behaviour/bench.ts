import type { ObjectKey } from '@sluice/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Backoff, Run, RunResult, WorkQueue } from '../queue.ts';

export type OpenQueue = (options: { readonly backoff: Backoff }) => Promise<WorkQueue>;

/** Nothing may start earlier than this before its time. */
export const earlyMs = 5;
/** "At once" on an idle machine. */
const atOnceMs = 150;
const patienceMs = 20_000;

/** One call of a handler, as the bench saw it. Times by the monotonic clock. */
export interface Seen {
  readonly kind: string;
  readonly name: string;
  readonly run: Run;
  readonly startMs: number;
  endMs?: number;
}

type Body = (run: Run, index: number) => Promise<RunResult | void> | RunResult | void;

/** A queue under test, and a record of all runs. */
export interface Bench extends AsyncDisposable {
  readonly queue: WorkQueue;
  /** All runs, in the order of their starts. */
  readonly runs: readonly Seen[];
  names(): string[];
  /** Starts a worker. `body` is called in each run, with the number of the run from 0. */
  work(options?: { kind?: string; concurrency?: number; body?: Body }): void;
  started(count: number): Promise<void>;
  ended(count: number): Promise<void>;
  /** Fails when a run starts within `ms`. */
  nothingStartsFor(ms: number): Promise<void>;
  /** Fails unless `laterMs` comes at once after `earlierMs`. Time in which this process stood still does not count. */
  expectAtOnce(earlierMs: number, laterMs: number): void;
  /** The most runs that went on at the same time, of all or of one key. */
  mostAtATime(name?: string): number;
}

export function keyOf(name: string, namespace = 'default'): ObjectKey {
  return { namespace, name };
}

/** Opens a queue with a backoff of 100 to 800 ms. */
export async function openBench(open: OpenQueue): Promise<Bench> {
  const queue = await open({ backoff: { baseMs: 100, maxMs: 800 } });
  const runs: Seen[] = [];
  const changed = new EventTarget();
  const lag = measureLag();

  async function handle(kind: string, run: Run, body: Body): Promise<RunResult> {
    const seen: Seen = { kind, name: run.key.name, run, startMs: performance.now() };
    const index = runs.push(seen) - 1;
    changed.dispatchEvent(new Event('change'));
    try {
      return (await body(run, index)) ?? {};
    } finally {
      seen.endMs = performance.now();
      changed.dispatchEvent(new Event('change'));
    }
  }

  async function until(what: string, reached: () => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(patienceMs);
    while (!reached()) {
      if (deadline.aborted) throw new Error(`waited ${patienceMs} ms for ${what}; runs: ${runs.length}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      changed.addEventListener('change', () => resolve(), { once: true });
      deadline.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    }
  }

  return {
    queue,
    runs,
    names: () => runs.map((seen) => seen.name),
    work: ({ kind = 'App', concurrency = 1, body = () => {} } = {}) =>
      queue.process(kind, { concurrency }, (run) => handle(kind, run, body)),
    started: (count) => until(`${count} starts`, () => runs.length >= count),
    ended: (count) => until(`${count} ends`, () => runs.filter((seen) => seen.endMs !== undefined).length >= count),
    async nothingStartsFor(ms) {
      const before = runs.length;
      await sleep(ms);
      expect(runs.slice(before).map((seen) => seen.name)).toEqual([]);
    },
    expectAtOnce(earlierMs, laterMs) {
      expect(laterMs - earlierMs).toBeLessThan(atOnceMs + lag.worstMs());
    },
    mostAtATime(name) {
      const own = runs.filter((seen) => name === undefined || seen.name === name);
      const overlapping = (at: Seen): number =>
        own.filter((seen) => seen.startMs <= at.startMs && (seen.endMs ?? Infinity) > at.startMs).length;
      return Math.max(0, ...own.map(overlapping));
    },
    async [Symbol.asyncDispose]() {
      lag.stop();
      await queue.close(0);
    },
  };
}

/** The longest time that this process was kept from running, doubled, as the queue may run in another one beside it. */
function measureLag(): { worstMs(): number; stop(): void } {
  let worstMs = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    worstMs = Math.max(worstMs, nowMs - lastMs - 10);
    lastMs = nowMs;
  }, 10);
  return { worstMs: () => 2 * Math.max(worstMs, performance.now() - lastMs - 10), stop: () => clearInterval(timer) };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { earlyMs, keyOf, openBench, type Bench, type OpenQueue } from './bench.ts';

/** Backoff of 100 to 800 ms. */
export function describeFailures(open: OpenQueue): void {
  describe('failures', () => {
    // queue 9-20, 9-21
    test('the gap doubles with each failure up to the maximum', async () => {
      await using bench = await openBench(open);
      bench.work({ body: (_, index) => (index < 5 ? Promise.reject(new Error('no')) : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(6);
      expectGaps(bench, [100, 200, 400, 800, 800]);
      expect(bench.runs.map((seen) => seen.run.failures)).toEqual([0, 1, 2, 3, 4, 5]);
      await bench.nothingStartsFor(100);
    });

    // queue 9-22
    test('success forgets the failures before it', async () => {
      await using bench = await openBench(open);
      bench.work({
        body: (_, index) => {
          if (index === 2) return { afterMs: 0 };
          if (index < 4) throw new Error('no');
        },
      });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(5);
      expectGaps(bench, [100, 200, 0, 100]);
    });

    // queue 9-23
    test('the backoff of one key does not delay another', async () => {
      await using bench = await openBench(open);
      bench.work({ body: (run) => (run.key.name === 'bad' ? Promise.reject(new Error('no')) : {}) });
      await bench.queue.add('App', keyOf('bad'), 'change');
      await bench.ended(1);
      const calledMs = performance.now();
      await bench.queue.add('App', keyOf('good'), 'change');
      await bench.started(2);
      expect(bench.names()).toEqual(['bad', 'good']);
      bench.expectAtOnce(calledMs, bench.runs[1]!.startMs);
    });

    // queue 9-24
    test('a change during the backoff runs at once, and the count goes on', async () => {
      await using bench = await openBench(open);
      bench.work({ body: (_, index) => (index < 4 ? Promise.reject(new Error('no')) : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(3);
      const calledMs = performance.now();
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(5);
      bench.expectAtOnce(calledMs, bench.runs[3]!.startMs);
      expectGaps(bench, [100, 200, 0, 800]);
    });

    // queue 9-25
    test('forget drops the due time and the failures', async () => {
      await using bench = await openBench(open);
      bench.work({ body: (_, index) => (index < 3 ? Promise.reject(new Error('no')) : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(2);
      await sleep(20);
      await bench.queue.forget('App', keyOf('a'));
      await bench.nothingStartsFor(350);
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(4);
      expectGap(bench, 3, 100);
    });

    // queue 9-41
    test('a thrown non-error is a failure', async () => {
      await using bench = await openBench(open);
      // oxlint-disable-next-line typescript/only-throw-error, prefer-promise-reject-errors -- what the case is about
      bench.work({ body: (_, index) => (index === 0 ? Promise.reject('no') : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(2);
      expectGaps(bench, [100]);
    });

    // queue 9-42
    test('a synchronous throw is a failure', async () => {
      await using bench = await openBench(open);
      let runs = 0;
      const ended = Promise.withResolvers<void>();
      bench.queue.process('App', { concurrency: 1 }, (run) => {
        runs += 1;
        if (run.failures === 0) throw new Error('no');
        ended.resolve();
        return Promise.resolve({});
      });
      await bench.queue.add('App', keyOf('a'), 'change');
      await ended.promise;
      expect(runs).toBe(2);
    });

    test('a run may report its failure without throwing, and limit its backoff', async () => {
      await using bench = await openBench(open);
      bench.work({ body: (_, index) => (index < 4 ? { failed: true, maxBackoffMs: 250, afterMs: 60_000 } : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(5);
      expectGaps(bench, [100, 200, 250, 250]);
    });
  });
}

function expectGaps(bench: Bench, gapsMs: readonly number[]): void {
  gapsMs.forEach((gapMs, index) => expectGap(bench, index + 1, gapMs));
}

/** Checks the time between the end of the run before and the start of run `index`. */
function expectGap(bench: Bench, index: number, gapMs: number): void {
  const dueMs = bench.runs[index - 1]!.endMs! + gapMs;
  const { startMs } = bench.runs[index]!;
  expect(startMs).toBeGreaterThanOrEqual(dueMs - earlyMs);
  bench.expectAtOnce(dueMs, startMs);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { earlyMs, keyOf, openBench, type Bench, type OpenQueue } from './bench.ts';

/** Due times, set from outside or by the outcome of a run. */
export function describeDelays(open: OpenQueue): void {
  describe('delays', () => {
    // queue 9-10
    test('a delayed key runs at its time', async () => {
      await using bench = await openBench(open);
      bench.work();
      const calledMs = await addAfter(bench, 300);
      await bench.ended(1);
      expectAt(bench, 0, calledMs + 300);
    });

    // queue 9-11
    test('an earlier time replaces a later one', async () => {
      await using bench = await openBench(open);
      bench.work();
      await addAfter(bench, 60_000);
      const calledMs = await addAfter(bench, 200);
      await bench.ended(1);
      expectAt(bench, 0, calledMs + 200);
      await bench.nothingStartsFor(150);
    });

    // queue 9-12
    test('a later time does not replace an earlier one', async () => {
      await using bench = await openBench(open);
      bench.work();
      const calledMs = await addAfter(bench, 200);
      await addAfter(bench, 60_000);
      await bench.ended(1);
      expectAt(bench, 0, calledMs + 200);
      await bench.nothingStartsFor(150);
    });

    // queue 9-13
    test('an add answers the due time too', async () => {
      await using bench = await openBench(open);
      bench.work();
      await addAfter(bench, 400);
      const calledMs = performance.now();
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(1);
      bench.expectAtOnce(calledMs, bench.runs[0]!.startMs);
      await bench.nothingStartsFor(550);
    });

    // queue 9-14
    test('a due time of a waiting key is no run of its own', async () => {
      await using bench = await openBench(open);
      await bench.queue.add('App', keyOf('a'), 'change');
      await addAfter(bench, 300);
      bench.work();
      await bench.ended(1);
      await bench.nothingStartsFor(450);
    });

    // queue 9-15
    test('a delay set while the key runs counts from the call', async () => {
      await using bench = await openBench(open);
      bench.work({ body: (_, index) => (index === 0 ? sleep(150) : undefined) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      const calledMs = await addAfter(bench, 300);
      await bench.ended(2);
      expectAt(bench, 1, calledMs + 300);
    });

    // queue 9-16
    test('a delay that ends while the key runs is one run right after', async () => {
      await using bench = await openBench(open);
      bench.work({ concurrency: 4, body: (_, index) => (index === 0 ? sleep(400) : undefined) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      await addAfter(bench, 100);
      await bench.ended(2);
      expect(bench.runs[1]!.startMs).toBeGreaterThanOrEqual(bench.runs[0]!.endMs!);
      bench.expectAtOnce(bench.runs[0]!.endMs!, bench.runs[1]!.startMs);
      await bench.nothingStartsFor(200);
    });

    // queue 9-17
    test('an outcome sets the next time', async () => {
      await using bench = await openBench(open);
      bench.work({ body: (_, index) => (index < 2 ? { afterMs: 150 } : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(3);
      expectAt(bench, 1, bench.runs[0]!.endMs! + 150);
      expectAt(bench, 2, bench.runs[1]!.endMs! + 150);
      await bench.nothingStartsFor(250);
    });

    // queue 9-18
    test('an add during the run goes before the time that its outcome sets', async () => {
      await using bench = await openBench(open);
      const gate = Promise.withResolvers<void>();
      bench.work({ body: (_, index) => (index === 0 ? gate.promise.then(() => ({ afterMs: 60_000 })) : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      await bench.queue.add('App', keyOf('a'), 'change');
      gate.resolve();
      await bench.ended(2);
      bench.expectAtOnce(bench.runs[0]!.endMs!, bench.runs[1]!.startMs);
    });

    // queue 9-19
    test('an outcome may ask for the next run at once', async () => {
      await using bench = await openBench(open);
      bench.work({ concurrency: 4, body: (_, index) => (index < 5 ? { afterMs: 0 } : {}) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(6);
      bench.expectAtOnce(bench.runs[0]!.endMs!, bench.runs[1]!.startMs);
      expect(bench.mostAtATime('a')).toBe(1);
    });

    // queue 9-40
    test('10,000 delays that end together run once each', async () => {
      await using bench = await openBench(open);
      bench.work({ concurrency: 50 });
      await Promise.all(Array.from({ length: 10_000 }, (_, i) => bench.queue.addAfter('App', keyOf(`a${i}`), 400)));
      await bench.ended(10_000);
      expect(new Set(bench.names()).size).toBe(10_000);
      await bench.nothingStartsFor(50);
    });

    test('a delay longer than a timer can take does not fire early', async () => {
      await using bench = await openBench(open);
      bench.work();
      await addAfter(bench, 2 ** 31 + 1000);
      await bench.nothingStartsFor(150);
      expect((await bench.queue.stats('App')).delayed).toBe(1);
    });
  });
}

/** @returns when it was called */
async function addAfter({ queue }: Bench, delayMs: number): Promise<number> {
  const calledMs = performance.now();
  await queue.addAfter('App', keyOf('a'), delayMs);
  return calledMs;
}

function expectAt(bench: Bench, index: number, dueMs: number): void {
  const { startMs } = bench.runs[index]!;
  expect(startMs).toBeGreaterThanOrEqual(dueMs - earlyMs);
  bench.expectAtOnce(dueMs, startMs);
}

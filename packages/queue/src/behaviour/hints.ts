import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { keyOf, openBench, type OpenQueue } from './bench.ts';

/** What a run is told about its entry, and what metrics are told about the queue. */
export function describeHints(open: OpenQueue): void {
  describe('hints', () => {
    test('a run is told the strongest request', async () => {
      await using bench = await openBench(open);
      await bench.queue.add('App', keyOf('a'), 'interval');
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.queue.add('App', keyOf('b'), 'person');
      await bench.queue.add('App', keyOf('b'), 'interval');
      bench.work();
      await bench.ended(2);
      await bench.queue.addAfter('App', keyOf('c'), 1);
      await bench.ended(3);
      const levels = Object.fromEntries(bench.runs.map((seen) => [seen.name, seen.run.level]));
      expect(levels).toEqual({ a: 'change', b: 'person', c: 'interval' });
    });

    test('a follow-up is told what was asked during the run, not before', async () => {
      await using bench = await openBench(open);
      const gate = Promise.withResolvers<void>();
      bench.work({ body: (_, index) => (index === 0 ? gate.promise : undefined) });
      await bench.queue.add('App', keyOf('a'), 'person', '7');
      await bench.started(1);
      await bench.queue.add('App', keyOf('a'), 'interval');
      gate.resolve();
      await bench.ended(2);
      expect(bench.runs.map((seen) => seen.run.level)).toEqual(['person', 'interval']);
      expect(bench.runs.map((seen) => seen.run.resourceVersion)).toEqual(['7', undefined]);
    });

    test('the last resourceVersion wins, and an add without one keeps it', async () => {
      await using bench = await openBench(open);
      await bench.queue.add('App', keyOf('a'), 'change', '7');
      await bench.queue.add('App', keyOf('a'), 'change', '9');
      await bench.queue.add('App', keyOf('a'), 'person');
      bench.work();
      await bench.ended(1);
      expect(bench.runs[0]!.run.resourceVersion).toBe('9');
    });

    test('a run knows how long it waited', async () => {
      await using bench = await openBench(open);
      await bench.queue.add('App', keyOf('a'), 'interval');
      await sleep(200);
      await bench.queue.add('App', keyOf('a'), 'person');
      bench.work();
      await bench.ended(1);
      expect(bench.runs[0]!.run.waitedMs).toBeGreaterThanOrEqual(195);
      expect(bench.runs[0]!.run.lockAgeMs()).toBeLessThan(10_000);
    });

    test('stats count what waits, runs and is due', async () => {
      await using bench = await openBench(open);
      const gate = Promise.withResolvers<void>();
      bench.work({ concurrency: 1, body: () => gate.promise });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      await bench.queue.add('App', keyOf('b'), 'change');
      await bench.queue.addAfter('App', keyOf('c'), 60_000);
      await sleep(100);
      const { oldestMs, ...counts } = await bench.queue.stats('App');
      expect(counts).toEqual({ waiting: 1, running: 1, delayed: 1 });
      expect(oldestMs).toBeGreaterThanOrEqual(95);
      gate.resolve();
      await bench.ended(2);
      await bench.queue.forget('App', keyOf('c'));
      await expect.poll(() => bench.queue.stats('App')).toEqual({ waiting: 0, running: 0, delayed: 0, oldestMs: 0 });
    });
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { keyOf, openBench, type OpenQueue } from './bench.ts';

/** One waiting and one running entry per key. */
export function describeEntries(open: OpenQueue): void {
  describe('entries', () => {
    // queue 9-1
    test('one add is one run', async () => {
      await using bench = await openBench(open);
      bench.work();
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.ended(1);
      await bench.nothingStartsFor(150);
    });

    // queue 9-2
    test('many adds of a waiting key are one run', async () => {
      await using bench = await openBench(open);
      for (let i = 0; i < 20; i++) await bench.queue.add('App', keyOf('a'), 'change');
      bench.work();
      await bench.ended(1);
      await bench.nothingStartsFor(150);
    });

    // queue 9-3
    test('concurrent adds of a new key are one run', async () => {
      await using bench = await openBench(open);
      await Promise.all(Array.from({ length: 50 }, () => bench.queue.add('App', keyOf('a'), 'change')));
      bench.work();
      await bench.ended(1);
      await bench.nothingStartsFor(150);
    });

    // queue 9-4, 9-5
    test('adds while the key runs are exactly one more run, at once after the first', async () => {
      await using bench = await openBench(open);
      const gate = Promise.withResolvers<void>();
      bench.work({ concurrency: 4, body: (_, index) => (index === 0 ? gate.promise : undefined) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      for (let i = 0; i < 20; i++) await bench.queue.add('App', keyOf('a'), 'change');
      gate.resolve();
      await bench.ended(2);
      expect(bench.runs[1]!.startMs).toBeGreaterThanOrEqual(bench.runs[0]!.endMs!);
      bench.expectAtOnce(bench.runs[0]!.endMs!, bench.runs[1]!.startMs);
      await bench.nothingStartsFor(150);
    });

    // queue 9-6
    test('a key never runs beside itself', async () => {
      await using bench = await openBench(open);
      bench.work({ concurrency: 10, body: () => sleep(20) });
      for (let i = 0; i < 60; i++) {
        await bench.queue.add('App', keyOf('a'), 'change');
        await sleep(7);
      }
      await bench.ended(bench.runs.length);
      await sleep(50);
      expect(bench.runs.length).toBeGreaterThan(5);
      expect(bench.mostAtATime('a')).toBe(1);
    });

    // queue 9-7
    test('different keys run at the same time', async () => {
      await using bench = await openBench(open);
      const gate = Promise.withResolvers<void>();
      bench.work({ concurrency: 4, body: () => gate.promise });
      for (const name of ['a', 'b', 'c', 'd']) await bench.queue.add('App', keyOf(name), 'change');
      await bench.started(4);
      gate.resolve();
      await bench.ended(4);
      expect(bench.mostAtATime()).toBe(4);
    });

    // queue 9-8
    test('no more than the concurrency run at the same time', async () => {
      await using bench = await openBench(open);
      bench.work({ concurrency: 3, body: () => sleep(20) });
      for (let i = 0; i < 12; i++) await bench.queue.add('App', keyOf(`a${i}`), 'change');
      await bench.ended(12);
      expect(bench.mostAtATime()).toBe(3);
    });

    // queue 9-9
    test('the same name in two kinds is two keys', async () => {
      await using bench = await openBench(open);
      bench.work({ kind: 'App' });
      bench.work({ kind: 'Other' });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.queue.add('Other', keyOf('a'), 'change');
      await bench.ended(2);
      expect(bench.runs.map((seen) => seen.kind).toSorted()).toEqual(['App', 'Other']);
    });

    // queue 9-38
    test('any name runs, by add and by addAfter', async () => {
      await using bench = await openBench(open);
      const names = ['a'.repeat(253), 'a:b', 'a/b', 'a b', '{a}', 'ü', 'meta', '17'];
      bench.work();
      for (const name of names) await bench.queue.add('App', keyOf(name, 'a:b {c}'), 'change');
      await bench.ended(names.length);
      for (const name of names) await bench.queue.addAfter('App', keyOf(name, 'a:b {c}'), 20);
      await bench.ended(2 * names.length);
      expect(bench.names().slice(0, names.length)).toEqual(names);
      expect(bench.names().slice(names.length).toSorted()).toEqual(names.toSorted());
      expect(bench.runs.every((seen) => seen.run.key.namespace === 'a:b {c}')).toBe(true);
    });

    // queue 9-39
    test('10,000 keys run once each', async () => {
      await using bench = await openBench(open);
      bench.work({ concurrency: 50 });
      await Promise.all(Array.from({ length: 10_000 }, (_, i) => bench.queue.add('App', keyOf(`a${i}`), 'change')));
      await bench.ended(10_000);
      expect(new Set(bench.names()).size).toBe(10_000);
      await bench.nothingStartsFor(50);
    });
  });
}

import { describe, expect, test } from 'vitest';
import { keyOf, openBench, type OpenQueue } from './bench.ts';

/** Which of several waiting keys runs first. */
export function describeOrder(open: OpenQueue): void {
  describe('order', () => {
    // queue 9-26
    test('a person goes before a change, a change before an interval', async () => {
      await using bench = await openBench(open);
      await bench.queue.add('App', keyOf('interval', 'x'), 'interval');
      await bench.queue.add('App', keyOf('change', 'y'), 'change');
      await bench.queue.add('App', keyOf('person', 'z'), 'person');
      bench.work();
      await bench.ended(3);
      expect(bench.names()).toEqual(['person', 'change', 'interval']);
    });

    // queue 9-27
    test("a person's add lifts a waiting key", async () => {
      await using bench = await openBench(open);
      await bench.queue.add('App', keyOf('a'), 'interval');
      for (let i = 0; i < 5; i++) await bench.queue.add('App', keyOf(`c${i}`, `n${i}`), 'change');
      await bench.queue.add('App', keyOf('a'), 'person');
      bench.work();
      await bench.ended(6);
      expect(bench.names()).toEqual(['a', 'c0', 'c1', 'c2', 'c3', 'c4']);
      await bench.nothingStartsFor(100);
    });

    // queue 9-28
    test('an interval add does not sink a waiting key', async () => {
      await using bench = await openBench(open);
      await bench.queue.add('App', keyOf('a'), 'person');
      await bench.queue.add('App', keyOf('b'), 'change');
      await bench.queue.add('App', keyOf('a'), 'interval');
      bench.work();
      await bench.ended(2);
      expect(bench.names()).toEqual(['a', 'b']);
    });

    // queue 9-29
    test("a follow-up keeps a person's place", async () => {
      await using bench = await openBench(open);
      const gate = Promise.withResolvers<void>();
      bench.work({ body: (_, index) => (index === 0 ? gate.promise : undefined) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      await bench.queue.add('App', keyOf('a'), 'person');
      await bench.queue.add('App', keyOf('a'), 'interval');
      for (let i = 0; i < 5; i++) await bench.queue.add('App', keyOf(`c${i}`, `n${i}`), 'change');
      gate.resolve();
      await bench.ended(7);
      expect(bench.names()).toEqual(['a', 'a', 'c0', 'c1', 'c2', 'c3', 'c4']);
    });

    // queue 9-30
    test('changes of many namespaces run in the order of adding', async () => {
      await using bench = await openBench(open);
      const names = ['h', 'b', 'g', 'a', 'f', 'c', 'e', 'd'];
      for (const name of names) await bench.queue.add('App', keyOf(name, name), 'change');
      bench.work();
      await bench.ended(8);
      expect(bench.names()).toEqual(names);
    });

    // queue 9-31
    test('a namespace with many keys does not hold up another', async () => {
      await using bench = await openBench(open);
      for (let i = 0; i < 200; i++) await bench.queue.add('App', keyOf(`a${i}`, 'busy'), 'change');
      await bench.queue.add('App', keyOf('quiet', 'quiet'), 'change');
      bench.work();
      await bench.ended(201);
      expect(bench.names().indexOf('quiet')).toBeLessThan(12);
    });

    // queue 9-32
    test('a busy kind does not hold up another', async () => {
      await using bench = await openBench(open);
      const gate = Promise.withResolvers<void>();
      bench.work({ kind: 'App', concurrency: 2, body: () => gate.promise });
      bench.work({ kind: 'Other' });
      for (let i = 0; i < 100; i++) await bench.queue.add('App', keyOf(`a${i}`), 'change');
      await bench.started(2);
      const calledMs = performance.now();
      await bench.queue.add('Other', keyOf('b'), 'change');
      await bench.started(3);
      expect(bench.runs[2]!.kind).toBe('Other');
      bench.expectAtOnce(calledMs, bench.runs[2]!.startMs);
      gate.resolve();
      await bench.ended(101);
    });
  });
}

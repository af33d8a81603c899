import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Run } from '../queue.ts';
import { earlyMs, keyOf, openBench, type OpenQueue } from './bench.ts';

/** pause, resume, close. */
export function describeControl(open: OpenQueue): void {
  describe('control', () => {
    // queue 9-33
    test('a paused queue keeps what is added and starts nothing', async () => {
      await using bench = await openBench(open);
      bench.work();
      bench.queue.pause();
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.nothingStartsFor(200);
      bench.queue.resume();
      await bench.ended(1);
      await bench.nothingStartsFor(150);
    });

    // queue 9-34
    test('pause leaves a running key to its end', async () => {
      await using bench = await openBench(open);
      bench.work({ body: () => sleep(100) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      bench.queue.pause();
      await bench.ended(1);
      expect(bench.runs[0]!.run.signal.aborted).toBe(false);
    });

    // queue 9-35
    test('close waits for what runs', async () => {
      await using bench = await openBench(open);
      bench.work({ body: () => sleep(200) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      await bench.queue.close(5000);
      expect(bench.runs[0]!.endMs).toBeDefined();
      expect(bench.runs[0]!.run.signal.aborted).toBe(false);
    });

    // queue 9-36
    test('close starts nothing new', async () => {
      await using bench = await openBench(open);
      bench.work({ body: () => sleep(100).then(() => ({ afterMs: 0 })) });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.queue.add('App', keyOf('b'), 'change');
      await bench.queue.addAfter('App', keyOf('c'), 10);
      await bench.queue.close(5000);
      await bench.nothingStartsFor(150);
      expect(bench.names()).toEqual(['a']);
    });

    // queue 9-37
    test.each([
      { handler: 'that obeys its signal', body: untilAborted },
      { handler: 'that ignores its signal', body: () => sleep(10_000, undefined, { ref: false }) },
    ])('close aborts a handler $handler at the end of the drain time and returns', async ({ body }) => {
      await using bench = await openBench(open);
      let abortedMs = 0;
      bench.work({
        body(run) {
          run.signal.addEventListener('abort', () => (abortedMs = performance.now()));
          return body(run);
        },
      });
      await bench.queue.add('App', keyOf('a'), 'change');
      await bench.started(1);
      const { run } = bench.runs[0]!;
      expect(run.isOwned()).toBe(true);
      const calledMs = performance.now();
      await bench.queue.close(150);
      expect(performance.now() - calledMs).toBeLessThan(900);
      expect(abortedMs - calledMs).toBeGreaterThanOrEqual(150 - earlyMs);
      bench.expectAtOnce(calledMs + 150, abortedMs);
      expect(run.isOwned()).toBe(false);
    });
  });
}

function untilAborted({ signal }: Run): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}

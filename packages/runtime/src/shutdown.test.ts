import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startCluster, until } from './test/cluster.ts';
import { startManager } from './test/manager.ts';
import { applyText } from './test/app.ts';

// security 193
test('a run that goes on at shutdown stops at its fence and claims no failure', async () => {
  await using cluster = await startCluster();
  const gate = Promise.withResolvers<void>();
  const manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      const lastTransitionTime = '2026-01-01T00:00:00Z';
      const condition = { status: 'True', reason: 'Progressing', message: 'working', lastTransitionTime } as const;
      await ctx.progress({ ...ctx.status(), conditions: [{ ...condition, type: 'Reconciling' }] });
      await gate.promise;
      await ctx.fence();
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: 'x' });
  await cluster.until('a', (app) => app.status?.conditions !== undefined);
  const stopped = manager.stop();
  expect((await fetch(`${manager.url}/readyz`)).status).toBe(503);
  gate.resolve();
  await stopped;
  const app = await cluster.get('a');
  expect(app?.status?.conditions).toMatchObject([{ type: 'Reconciling', reason: 'Progressing' }]);
  await using _ = await startManager(cluster);
  await cluster.until('a', (now) => now.status?.text === 'x');
});

test('a run without a fence is waited for, and its result is written', async () => {
  await using cluster = await startCluster();
  const gate = Promise.withResolvers<void>();
  const manager = await startManager(cluster, {
    reconcile: (app, ctx) => gate.promise.then(() => applyText(app, ctx)),
  });
  await cluster.create('a', { text: 'x' });
  await until(() => manager.calls[0], 'the run');
  const stopped = manager.stop();
  await cluster.create('b', { text: 'x' });
  await sleep(50);
  gate.resolve();
  await stopped;
  expect((await cluster.get('a'))?.status?.text).toBe('x');
  expect(manager.calls).toHaveLength(1);
});

test('what does not end by itself is aborted in time, and claims no failure', async () => {
  await using cluster = await startCluster();
  const manager = await startManager(cluster, {
    graceMs: 5200,
    reconcile: async (_, ctx) => {
      await sleep(60_000, undefined, { signal: ctx.signal });
      throw new Error('not reached');
    },
  });
  await cluster.create('a');
  await until(() => manager.calls[0], 'the run');
  const startMs = performance.now();
  await manager.stop();
  expect(performance.now() - startMs).toBeLessThan(2000);
  expect((await cluster.get('a'))?.status).toBeUndefined();
});

test('what was sent before the end arrives', async () => {
  await using cluster = await startCluster();
  {
    await using manager = await startManager(cluster, {
      async reconcile(app, ctx) {
        for (let i = 0; i < 5; i++) ctx.event({ severity: 'info', reason: `R${i}`, message: 'm' });
        return applyText(app, ctx);
      },
    });
    await cluster.create('a');
    await until(() => manager.calls[0], 'the run');
  }
  expect(await cluster.events('a')).toHaveLength(5);
});

test('nothing is left running', async () => {
  await using cluster = await startCluster();
  {
    await using manager = await startManager(cluster);
    await cluster.create('a', { intervalMs: 1000 });
    await until(() => manager.calls[0], 'the run');
    expect(cluster.server.watches.size).toBeGreaterThan(0);
  }
  await until(() => (cluster.server.watches.size === 0 ? true : undefined), 'watches to end');
});

import { ReconcileError, findCondition } from '@sluice/api';
import { expect, test } from 'vitest';
import { startCluster, until } from './test/cluster.ts';
import { startManager } from './test/manager.ts';
import { type App, type AppContext, applyText, type AppOutcome } from './test/app.ts';

const finalizer = 'test/finalizer';
const done = async (_: App, ctx: AppContext): Promise<AppOutcome> => ({ type: 'done', status: ctx.status() });

test('a deleted object is cleaned up behind, then let go', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, { kind: { finalizer }, finalize: done });
  await cluster.create('a');
  await cluster.until('a', (app) => app.status?.runs === 1);
  await cluster.remove('a');
  await cluster.gone('a');
  expect(manager.calls.map(({ what }) => what)).toEqual(['reconcile', 'finalize']);
});

// source 20.2-31
test('a suspended object is cleaned up behind too', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, { kind: { finalizer }, finalize: done });
  await cluster.create('a', { suspend: true }, { finalizers: [finalizer] });
  await cluster.remove('a');
  await cluster.gone('a');
  expect(manager.calls.map(({ what }) => what)).toEqual(['finalize']);
});

test("another's finalizer is left alone, and the object is not reconciled any more", async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, { kind: { finalizer }, finalize: done });
  await cluster.create('a', {}, { finalizers: ['other/one'] });
  await cluster.until('a', (app) => app.status?.runs === 1);
  await cluster.remove('a');
  const app = await cluster.until('a', (now) => now.metadata.finalizers?.length === 1);
  expect(app.metadata.finalizers).toEqual(['other/one']);
  await cluster.request('a', 'x');
  await cluster.patch('a', { metadata: { finalizers: [] } });
  await cluster.gone('a');
  expect(manager.calls.map(({ what }) => what)).toEqual(['reconcile', 'finalize']);
});

// source 20.2-37
test('a clean-up that fails is shown and tried again, and the finalizer stays', async () => {
  await using cluster = await startCluster();
  let broken = true;
  await using manager = await startManager(cluster, {
    kind: { finalizer },
    async finalize(app, ctx) {
      if (broken) throw new ReconcileError('GarbageCollectionFailed', 'no');
      return done(app, ctx);
    },
  });
  await cluster.create('a');
  await cluster.until('a', (app) => app.status?.runs === 1);
  await cluster.remove('a');
  await until(() => (manager.calls.length >= 3 ? true : undefined), 'two attempts');
  const app = await cluster.until('a', (now) => findCondition(now.status?.conditions, 'Ready')?.status === 'False');
  expect(app.metadata.finalizers).toEqual([finalizer]);
  await until(async () => ((await cluster.events('a')).length > 0 ? true : undefined), 'an event');
  expect((await cluster.events('a'))[0]).toMatchObject({ type: 'Warning', reason: 'GarbageCollectionFailed' });
  broken = false;
  await cluster.gone('a');
});

test('a clean-up may wait without holding a worker', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, {
    kind: { finalizer, concurrency: 1 },
    async finalize(app, ctx) {
      const attempts = manager.calls.filter(({ what }) => what === 'finalize').length;
      if (attempts < 3) return { type: 'waiting', status: ctx.status(), until: new Date(ctx.now().getTime() + 50) };
      return done(app, ctx);
    },
  });
  await cluster.create('a');
  await cluster.until('a', (app) => app.status?.runs === 1);
  await cluster.remove('a');
  await cluster.gone('a');
  expect(manager.calls.map(({ what }) => what)).toEqual(['reconcile', 'finalize', 'finalize', 'finalize']);
});

// source 20.2-38
test('an object that goes during a run is no error', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      await cluster.remove('a');
      return applyText(app, ctx);
    },
  });
  await cluster.create('a');
  await cluster.gone('a');
  await until(() => manager.log.find(({ msg }) => msg === 'reconciliation finished'), 'the end of the run');
  expect(manager.log.filter(({ level }) => level === 'error')).toEqual([]);
  expect(manager.calls).toHaveLength(1);
});

// source 20.14-219, kustomization 23-187
test('the series of a deleted object are gone', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, { kind: { finalizer }, finalize: done });
  await cluster.create('gone');
  await cluster.create('stays');
  for (const name of ['gone', 'stays']) await cluster.until(name, (app) => app.status?.runs === 1);
  const read = async () => (await fetch(`${manager.url}/metrics`)).text();
  const before = await read();
  expect(before).toContain('gotk_reconcile_duration_seconds_count{kind="App",name="gone",namespace="default"} 1');
  expect(before).toContain(
    'gotk_reconcile_condition{kind="App",name="gone",namespace="default",type="Ready",status="True"} 1',
  );
  await cluster.remove('gone');
  await cluster.gone('gone');
  const after = await until(async () => {
    const text = await read();
    return text.includes('"gone"') ? undefined : text;
  }, 'the series to go');
  expect(after).toContain('name="stays"');
});

import { expect, test } from 'vitest';
import { startCluster, until } from './test/cluster.ts';
import { startManager } from './test/manager.ts';
import { type App, type AppContext, appKey, applyText, type AppOutcome } from './test/app.ts';

test.each([
  { what: 'changed', move: { spec: { text: 'other' } } },
  { what: 'suspended', move: { spec: { suspend: true } } },
])('a run of an object that was $what stops at the fence and says nothing', async ({ move }) => {
  await using cluster = await startCluster();
  let passed = 0;
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx): Promise<AppOutcome> {
      await ctx.fence();
      passed += 1;
      if (manager.calls.length > 1) return applyText(app, ctx);
      await cluster.patch('a', move);
      await expect(ctx.fence({ live: true })).rejects.toMatchObject({ name: 'Fenced' });
      // The watch tells it a moment later.
      await until(
        () =>
          ctx.fence().then(
            () => undefined,
            () => true,
          ),
        'the fence',
      );
      await ctx.fence();
      throw new Error('not reached');
    },
  });
  await cluster.create('a', { text: 'x' });
  await until(() => (manager.log.some(({ msg }) => msg === 'reconciliation given up') ? true : undefined), 'the end');
  if (what(move) === 'other') await cluster.until('a', (app) => app.status?.text === 'other');
  const app = await cluster.get('a');
  expect(app?.status?.conditions?.some(({ status }) => status === 'False') ?? false).toBe(false);
  expect(passed).toBe(what(move) === 'other' ? 2 : 1);
});

function what({ spec }: { spec: { text?: string } }): string | undefined {
  return spec.text;
}

test('a run of a deleted object stops at the fence', async () => {
  await using cluster = await startCluster();
  const fenced = Promise.withResolvers<unknown>();
  await using _ = await startManager(cluster, {
    kind: { finalizer: 'test/f' },
    async reconcile(app: App, ctx: AppContext) {
      await cluster.remove('a');
      await ctx.fence({ live: true }).catch(fenced.resolve);
      return applyText(app, ctx);
    },
    finalize: async (__, ctx) => ({ type: 'done', status: ctx.status() }),
  });
  await cluster.create('a');
  expect(await fenced.promise).toMatchObject({ name: 'Fenced' });
  await cluster.gone('a');
});

// security 4.4 K6
test('progress is fenced when the object was changed by someone else', async () => {
  await using cluster = await startCluster();
  const outcomes: string[] = [];
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      if (manager.calls.length === 1) {
        await cluster.patch('a', { spec: { text: 'new' } });
        await ctx.progress({ ...ctx.status(), text: 'half' }).catch((error: Error) => {
          outcomes.push(error.name);
          throw error;
        });
      }
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: 'old' });
  const app = await cluster.until('a', (now) => now.status?.text === 'new');
  expect(outcomes).toEqual(['Fenced']);
  expect(app.status?.runs).toBe(1);
});

test('progress goes on when only a label was changed by someone else', async () => {
  await using cluster = await startCluster();
  await using _ = await startManager(cluster, {
    async reconcile(app, ctx) {
      await cluster.patch('a', { metadata: { labels: { team: 'x' } } });
      await ctx.progress({ ...ctx.status(), text: 'half' });
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: 'x' });
  const app = await cluster.until('a', (now) => now.status?.text === 'x');
  expect(app.metadata.labels).toEqual({ team: 'x' });
});

test('read gives what is watched from the cache and the rest from the server', async () => {
  await using cluster = await startCluster();
  const maps = await cluster.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  const metadata = { name: 'm', namespace: 'default' };
  await cluster.kube.create(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } });
  const got = Promise.withResolvers<unknown[]>();
  await using _ = await startManager(cluster, {
    async reconcile(app, ctx) {
      const map = await ctx.read({ group: '', version: 'v1', kind: 'ConfigMap' }, appKey('m'));
      const none = await ctx.read({ group: 'no.such', version: 'v1', kind: 'Thing' }, appKey('m'));
      const before = cluster.requests.length;
      const self = await ctx.read({ group: 'test.sluice.dev', version: 'v1', kind: 'App' }, appKey('a'));
      got.resolve([map?.['data'], none, self?.metadata.name, cluster.requests.length - before]);
      return applyText(app, ctx);
    },
  });
  await cluster.create('a');
  expect(await got.promise).toEqual([{ a: 'b' }, undefined, 'a', 0]);
});

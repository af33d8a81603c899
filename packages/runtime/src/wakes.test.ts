import type { GroupVersionKind } from '@sluice/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startCluster, until, type Cluster } from './test/cluster.ts';
import { startManager } from './test/manager.ts';
import { appKey, applyText, configMapGvk, otherGvk } from './test/app.ts';

async function put(cluster: Cluster, gvk: GroupVersionKind, value: string): Promise<void> {
  const resource = await cluster.resource(gvk);
  const body = gvk.kind === 'ConfigMap' ? { data: { value } } : { spec: { value } };
  if ((await cluster.kube.get(resource, appKey('o'))) === undefined) {
    const apiVersion = gvk.group === '' ? 'v1' : `${gvk.group}/${gvk.version}`;
    const metadata = { name: 'o', namespace: 'default' };
    await cluster.kube.create(resource, { apiVersion, kind: gvk.kind, metadata, ...body });
  } else {
    await cluster.kube.patch(resource, appKey('o'), body, { type: 'merge' });
  }
}

test.each([
  {
    what: 'a watched kind',
    gvk: otherGvk,
    triggers: [{ type: 'watch', gvk: otherGvk, changed: () => false, map: () => [] }],
  },
  { what: 'a kind that nobody else watches', gvk: configMapGvk, triggers: [] },
] as const)('a wait ends when an object of $what changes, and holds no worker', async ({ gvk, triggers }) => {
  await using cluster = await startCluster();
  let isDone = false;
  await using manager = await startManager(cluster, {
    kind: { triggers, concurrency: 1 },
    async reconcile(app, ctx) {
      if (app.metadata.name !== 'a' || isDone) return applyText(app, ctx);
      ctx.wakeOn([{ gvk, key: appKey('o') }]);
      return { type: 'waiting', status: ctx.status(), until: new Date(ctx.now().getTime() + 60_000) };
    },
  });
  await cluster.create('a');
  await until(() => manager.calls[0], 'the first run');
  await cluster.create('b');
  await cluster.until('b', (app) => app.status?.runs === 1);
  await sleep(1300); // a watch that starts for the wait looks once
  const before = manager.calls.length;
  isDone = true;
  for (let i = 0; i < 5; i++) await put(cluster, gvk, String(i));
  await cluster.until('a', (app) => app.status?.runs === 1);
  expect(manager.calls).toHaveLength(before + 1);
  expect(manager.calls.at(-1)).toMatchObject({ name: 'a', level: 'change' });
  await put(cluster, gvk, 'later');
  await sleep(1300);
  expect(manager.calls).toHaveLength(before + 1);
  const watches = () =>
    [...cluster.server.watches].filter(({ resource }) => resource.storageKey.includes('configmaps'));
  expect(watches()).toEqual([]);
});

test('a wait ends at its time', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      if (manager.calls.length > 1) return applyText(app, ctx);
      return { type: 'waiting', status: ctx.status(), until: new Date(ctx.now().getTime() + 300) };
    },
  });
  await cluster.create('a');
  await cluster.until('a', (app) => app.status?.runs === 1);
  expect(manager.calls[1]!.atMs - manager.calls[0]!.atMs).toBeGreaterThan(290);
});

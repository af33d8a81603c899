import { gvkOf, type KubeObject } from '@sluice/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Trigger } from './kind.ts';
import { startCluster, until, type Cluster } from './test/cluster.ts';
import { startManager } from './test/manager.ts';
import { appKey, applyText, otherGvk } from './test/app.ts';

/** `Other` objects concern the Apps whose `spec.text` is their name. */
const otherTrigger: Trigger = {
  type: 'watch',
  gvk: otherGvk,
  changed: (old, next) =>
    next?.['spec'] !== undefined && JSON.stringify(old?.['spec']) !== JSON.stringify(next['spec']),
  map: ({ metadata }, own) =>
    own
      .filter((app) => (app['spec'] as { text?: string }).text === metadata.name)
      .map((app) => appKey(app.metadata.name)),
};

async function putOther(cluster: Cluster, name: string, value: number): Promise<KubeObject> {
  const resource = await cluster.resource(otherGvk);
  const found = await cluster.kube.get(resource, appKey(name));
  const object = {
    apiVersion: 'test.sluice.dev/v1',
    kind: 'Other',
    metadata: { name, namespace: 'default' },
    spec: { value },
  };
  if (found === undefined) return cluster.kube.create<KubeObject>(resource, object);
  return cluster.kube.patch<KubeObject>(resource, appKey(name), { spec: { value } }, { type: 'merge' });
}

test('a change of a watched object runs those that it concerns', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, { kind: { triggers: [otherTrigger] } });
  await cluster.create('a', { text: 'o' });
  await cluster.create('b', { text: 'p' });
  for (const name of ['a', 'b']) await cluster.until(name, (app) => app.status?.runs === 1);
  await putOther(cluster, 'o', 1);
  await until(() => (manager.calls.length === 3 ? true : undefined), 'the run of a');
  await putOther(cluster, 'o', 1);
  await sleep(150);
  await putOther(cluster, 'o', 2);
  await until(() => (manager.calls.length === 4 ? true : undefined), 'the second run of a');
  expect(manager.calls.slice(2)).toMatchObject([
    { name: 'a', level: 'change' },
    { name: 'a', level: 'change' },
  ]);
});

test('after a start watched objects count as new', async () => {
  await using cluster = await startCluster();
  {
    await using _ = await startManager(cluster);
    await cluster.create('a', { text: 'o' });
    await cluster.until('a', (app) => app.status?.runs === 1);
  }
  await putOther(cluster, 'o', 1);
  await using manager = await startManager(cluster, { kind: { triggers: [otherTrigger] } });
  await until(() => manager.calls[0], 'the run of a');
  expect(manager.calls).toMatchObject([{ name: 'a', level: 'change' }]);
});

test('a watched kind that is not served holds up nothing', async () => {
  await using cluster = await startCluster();
  const trigger = { ...otherTrigger, gvk: { group: 'no.such', version: 'v1', kind: 'Thing' } } as Trigger;
  await using _ = await startManager(cluster, { kind: { triggers: [trigger] } });
  await cluster.create('a', { text: 'x' });
  await cluster.until('a', (app) => app.status?.text === 'x');
});

test('a source of triggers sees the objects, enqueues them, and is started again when it fails', async () => {
  await using cluster = await startCluster();
  const ended = Promise.withResolvers<void>();
  const source: Trigger = {
    type: 'source',
    async start({ kube, own, enqueue }, signal) {
      signal.addEventListener('abort', () => ended.resolve());
      const resource = await kube.resource(gvkOf({ apiVersion: 'v1', kind: 'ConfigMap' }), signal);
      for await (const event of kube.watch(resource!, '', { namespace: 'default', signal })) {
        if (event.type !== 'ADDED' || event.object.metadata.name !== 'go') continue;
        for (const app of own()) enqueue(appKey(app.metadata.name), 'person');
      }
    },
  };
  {
    await using manager = await startManager(cluster, { kind: { triggers: [source] } });
    await cluster.create('a', { text: 'x' });
    await cluster.until('a', (app) => app.status?.runs === 1);
    const maps = await cluster.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    const metadata = { name: 'go', namespace: 'default' };
    await cluster.kube.create(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await until(() => manager.calls[1], 'the run');
    expect(manager.calls[1]).toMatchObject({ name: 'a', level: 'person' });
  }
  await ended.promise;
});

test('another object of the same name starts afresh', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, {
    backoff: { baseMs: 60_000, maxMs: 60_000 },
    async reconcile(app, ctx) {
      if (app.spec.text === 'bad') throw new Error('no');
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: 'bad' });
  await until(() => manager.calls[0], 'the first run');
  await cluster.remove('a');
  await cluster.gone('a');
  await cluster.create('a', { text: 'good' });
  await cluster.until('a', (app) => app.status?.text === 'good');
});

import { gvkOf, type KubeObject } from '@sluice/api';
import { createInProcessQueue } from '@sluice/queue';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Trigger } from './kind.ts';
import { startCluster, until, type Cluster } from './test/cluster.ts';
import { startManager } from './test/manager.ts';
import { appKey, applyText, otherGvk, type App } from './test/app.ts';

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

// security 1.6 S-RED-09: one bad object does not stop its kind
test('an object that a trigger cannot cope with stops nobody else', async () => {
  await using cluster = await startCluster();
  const intervalMs = (app: App): number => {
    if (app.metadata.name === 'bad') throw new Error('no interval');
    return 600_000;
  };
  const trigger: Trigger = {
    ...(otherTrigger as Extract<Trigger, { type: 'watch' }>),
    changed(old, next) {
      if (next?.metadata.name === 'bad') throw new Error('no');
      return otherTrigger.type === 'watch' && otherTrigger.changed(old, next);
    },
  };
  for (const name of ['bad', 'good']) await cluster.create(name, { text: 'o' });
  await using manager = await startManager(cluster, { kind: { intervalMs, triggers: [trigger] } });
  await cluster.until('good', (app) => app.status?.runs === 1);
  await putOther(cluster, 'bad', 1);
  await putOther(cluster, 'o', 1);
  await until(() => manager.calls.find(({ name, atMs }) => name === 'good' && atMs > manager.calls[0]!.atMs), 'good');
  await cluster.patch('good', { spec: { text: 'later' } });
  await cluster.until('good', (app) => app.status?.text === 'later');
});

// kube-api 12.1: a cache that is behind what the asker saw
test('a run whose cache is behind reads from the server', async () => {
  await using cluster = await startCluster();
  const queue = createInProcessQueue();
  const candidate = { isLeader: () => false, onGain: () => {}, release: async () => {} };
  await using manager = await startManager(cluster, { queue, leadership: candidate });
  const { metadata } = await cluster.create('a', { text: 'old' });
  await queue.add('App', appKey('a'), 'change', metadata.resourceVersion!);
  await cluster.until('a', (app) => app.status?.text === 'old');
  cluster.server.closeWatches('silence');
  const changed = await cluster.patch('a', { spec: { text: 'new' } });
  const startMs = performance.now();
  await queue.add('App', appKey('a'), 'change', changed.metadata.resourceVersion!);
  await cluster.until('a', (app) => app.status?.text === 'new');
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(1990);
  await sleep(150);
  expect(manager.calls.map(({ generation }) => generation)).toEqual([1, 2]);
});

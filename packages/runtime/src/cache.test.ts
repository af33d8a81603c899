import { expect, test } from 'vitest';
import { ObjectCache } from './cache.ts';
import { startCluster, until, type Cluster } from './test/cluster.ts';
import { appGvk, appKey } from './test/app.ts';

function open(cluster: Cluster, gvk = appGvk): { cache: ObjectCache; stop: AbortController } & AsyncDisposable {
  const stop = new AbortController();
  const cache = new ObjectCache(cluster.kube, gvk, { signal: stop.signal, onError: () => {} });
  return { cache, stop, [Symbol.asyncDispose]: async () => stop.abort() };
}

test('comes to a version once the watch has brought it', async () => {
  await using cluster = await startCluster();
  await using opened = open(cluster);
  const { cache, stop } = opened;
  await cache.settled;
  const { metadata } = await cluster.create('a', { text: 'x' });
  expect(await cache.reaches(metadata.resourceVersion!, 5000, stop.signal)).toBe(true);
  expect(cache.get(appKey('a'))?.metadata.uid).toBe(metadata.uid);
  const startMs = performance.now();
  expect(await cache.reaches('999999999', 200, stop.signal)).toBe(false);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(195);
});

test('takes the answer to an own write, but brings nothing back that is gone', async () => {
  await using cluster = await startCluster();
  await using opened = open(cluster);
  const { cache } = opened;
  const created = await cluster.create('a');
  await cache.settled;
  await until(() => cache.get(appKey('a')), 'the object');
  cluster.server.closeWatches('silence');
  const written = await cluster.patch('a', { spec: { text: 'mine' } });
  cache.put(written);
  expect(cache.get(appKey('a'))?.['spec']).toEqual({ text: 'mine' });
  cache.put(created);
  expect(cache.get(appKey('a'))?.['spec']).toEqual({ text: 'mine' });
  cache.put({ ...written, metadata: { ...written.metadata, name: 'gone' } });
  expect(cache.get(appKey('gone'))).toBeUndefined();
});

test('a kind that is not served is an empty cache', async () => {
  await using cluster = await startCluster();
  await using opened = open(cluster, { group: 'no.such', version: 'v1', kind: 'Thing' });
  await opened.cache.settled;
  expect([opened.cache.synced, opened.cache.list()]).toEqual([false, []]);
});

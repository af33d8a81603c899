import { expect, test } from 'vitest';
import { writeStatus, type StatusTarget } from './status-writer.ts';
import { startCluster, type Cluster } from './test/cluster.ts';
import { appGvk, type AppStatus } from './test/app.ts';

async function target(cluster: Cluster, purpose: StatusTarget['purpose'] = 'result'): Promise<StatusTarget> {
  return { kube: cluster.kube, resource: await cluster.resource(appGvk), fieldManager: 'm', generation: 1, purpose };
}

// kube-api K-324, security 4.4 I5
test('the result of an older generation does not overwrite that of a newer one', async () => {
  await using cluster = await startCluster();
  const old = await cluster.create('a', { text: '1' });
  await cluster.patch('a', { spec: { text: '2' } });
  await cluster.patch('a', { status: { text: '2', observedGeneration: 2 } }, 'status');
  const next: AppStatus = { text: '1', observedGeneration: 1 };
  expect(await writeStatus(await target(cluster), old, next)).toBeUndefined();
  expect((await cluster.get('a'))?.status).toEqual({ text: '2', observedGeneration: 2 });
});

test('another object of the same name is left alone', async () => {
  await using cluster = await startCluster();
  const old = await cluster.create('a');
  await cluster.remove('a');
  await cluster.create('a');
  expect(await writeStatus(await target(cluster), old, { observedGeneration: 1 })).toBeUndefined();
  expect((await cluster.get('a'))?.status).toBeUndefined();
  await cluster.remove('a');
  expect(await writeStatus(await target(cluster), old, { observedGeneration: 1 })).toBeUndefined();
});

test('nothing is sent when nothing differs', async () => {
  await using cluster = await startCluster();
  await cluster.create('a');
  const stored = await cluster.patch('a', { status: { text: 'x' } }, 'status');
  const before = cluster.requests.length;
  expect(await writeStatus(await target(cluster), stored, { text: 'x' } as AppStatus)).toBe(stored);
  expect(cluster.requests).toHaveLength(before);
});

test('what goes on is fenced when the object was deleted', async () => {
  await using cluster = await startCluster();
  const old = await cluster.create('a', {}, { finalizers: ['test/f'] });
  await cluster.remove('a');
  const write = writeStatus(await target(cluster, 'progress'), old, { observedGeneration: 1 });
  await expect(write).rejects.toMatchObject({ name: 'Fenced' });
});

test('a writer that never stops is an error in the end', async () => {
  await using cluster = await startCluster();
  const old = await cluster.create('a');
  const at = await target(cluster);
  let conflicts = 0;
  const kube: StatusTarget['kube'] = {
    ...at.kube,
    get: async (...args) => {
      const read = await at.kube.get(...args);
      await cluster.patch('a', { status: { beat: (conflicts += 1) } }, 'status');
      // The client is asked for an App, and this is one.
      return read as never;
    },
    patch: (...args) => at.kube.patch(...args),
  };
  await cluster.patch('a', { status: { beat: 0 } }, 'status');
  await expect(writeStatus({ ...at, kube }, old, { observedGeneration: 1 })).rejects.toMatchObject({ code: 409 });
  expect(conflicts).toBe(4);
});

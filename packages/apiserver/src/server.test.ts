import { expect, test } from 'vitest';
import { startTestServer } from './test/client.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

function configMap(name: string, data: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

test('an object is created, read, listed, changed and deleted', async () => {
  await using api = await startTestServer();
  const created = await api.post(configMaps, configMap('a', { k: '1' }));
  expect(created.code).toBe(201);
  expect(created.body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect((await api.get(`${configMaps}/a`)).body).toEqual(created.body);
  const list = await api.get(configMaps);
  expect(list.body.kind).toBe('ConfigMapList');
  expect(list.body.items).toHaveLength(1);
  const changed = await api.merge(`${configMaps}/a`, { data: { j: '2' } });
  expect(changed.body.data).toEqual({ k: '1', j: '2' });
  expect(Number(changed.body.metadata.resourceVersion)).toBeGreaterThan(Number(created.body.metadata.resourceVersion));
  expect((await api.delete(`${configMaps}/a`)).body).toMatchObject({ status: 'Success', details: { name: 'a' } });
  expect((await api.get(`${configMaps}/a`)).code).toBe(404);
});

test('a watch sees every later change in order', async () => {
  await using api = await startTestServer();
  const { body: list } = await api.get(configMaps);
  using watch = await api.watch(`${configMaps}?watch=1&resourceVersion=${list.metadata.resourceVersion}`);
  await api.post(configMaps, configMap('a'));
  await api.merge(`${configMaps}/a`, { data: { k: '1' } });
  await api.delete(`${configMaps}/a`);
  const events = await watch.until((event) => event.type === 'DELETED');
  expect(events.map((event) => event.type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  const versions = events.map((event) => Number(event.object.metadata.resourceVersion));
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
});

test('nothing is served without the credential', async () => {
  await using api = await startTestServer();
  for (const path of ['/version', '/healthz', '/api', configMaps]) {
    const answer = await api.get(path, { authorization: undefined });
    expect(answer.code).toBe(401);
    expect(answer.body).toMatchObject({ kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized', code: 401 });
  }
  expect((await api.get('/version', { authorization: 'Bearer wrong' })).code).toBe(401); // kube-api A-5
});

// kube-api L-345
test('two servers in a process know nothing of each other', async () => {
  await using one = await startTestServer();
  await using two = await startTestServer();
  await one.post(configMaps, configMap('a'));
  expect((await two.get(`${configMaps}/a`)).code).toBe(404);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '@sluice/api';
import { startApiServer } from '@sluice/apiserver';
import { expect, test } from 'vitest';
import { loadConnection } from './config.ts';
import { connectKube } from './connect.ts';
import type { Resource } from './client.ts';
import { reflect } from './reflector.ts';

const configMap = (name: string, data: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

test('creates, reads, patches, lists and deletes', async () => {
  await using server = await startServer();
  const { kube, configMaps } = server;
  await kube.create(configMaps, configMap('a', { x: '1' }));
  const patched = await kube.patch(configMaps, key('a'), { data: { y: '2' } }, { type: 'merge' });
  expect(patched['data']).toEqual({ x: '1', y: '2' });
  const applied = await kube.patch(configMaps, key('b'), configMap('b', { z: '3' }), {
    type: 'apply',
    fieldManager: 'test',
  });
  expect(applied.metadata.managedFields?.[0]?.manager).toBe('test');
  const { items } = await kube.list(configMaps, { namespace: 'default', fieldSelector: 'metadata.name=b' });
  expect(items.map((item) => [item.kind, item.metadata.name])).toEqual([['ConfigMap', 'b']]);
  await kube.delete(configMaps, key('b'));
  await kube.delete(configMaps, key('b'));
  expect(await kube.get(configMaps, key('b'))).toBeUndefined();
});

test("the server's refusal is an error with its code, reason and words", async () => {
  await using server = await startServer();
  const { kube, configMaps } = server;
  await kube.create(configMaps, configMap('a'));
  await expect(kube.create(configMaps, configMap('a'))).rejects.toMatchObject({
    name: 'KubeError',
    code: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "a" already exists',
  });
});

test('a kind that is not served is undefined, also by group alone', async () => {
  await using server = await startServer();
  expect(await server.kube.resource({ group: 'example.com', version: 'v1', kind: 'Thing' })).toBeUndefined();
  expect(await server.kube.resource({ group: 'apps', kind: 'Deployment' })).toMatchObject({
    version: 'v1',
    plural: 'deployments',
  });
});

// kube-api K-1
test('a reflector follows changes, and tells of each once', async () => {
  await using server = await startServer();
  const { kube, configMaps } = server;
  await kube.create(configMaps, configMap('a', { x: '1' }));
  const stop = new AbortController();
  const seen: string[] = [];
  const waits = new Map<string, () => void>();
  const until = (text: string) =>
    seen.includes(text) ? Promise.resolve() : new Promise<void>((resolve) => waits.set(text, resolve));
  const reflector = reflect(kube, configMaps, {
    namespace: 'default',
    signal: stop.signal,
    onChange: (old, next) => {
      const text = `${old?.metadata.name ?? '-'}>${next?.metadata.name ?? '-'}:${JSON.stringify(next?.['data'] ?? {})}`;
      seen.push(text);
      waits.get(text)?.();
    },
  });
  await reflector.ready;
  await kube.patch(configMaps, key('a'), { data: { x: '2' } }, { type: 'merge' });
  await until('a>a:{"x":"2"}');
  await kube.create(configMaps, configMap('b'));
  await until('->b:{}');
  await kube.delete(configMaps, key('b'));
  await until('b>-:{}');
  expect(seen.filter((text) => !text.includes('kube-root-ca'))).toEqual([
    '->a:{"x":"1"}',
    'a>a:{"x":"2"}',
    '->b:{}',
    'b>-:{}',
  ]);
  stop.abort();
  await reflector.ended;
});

test('what the server is too busy for is sent again after Retry-After', async () => {
  let requests = 0;
  const server = createServer((_, res) => {
    requests++;
    if (requests === 1) res.writeHead(429, { 'retry-after': '0' }).end();
    else res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(configMap('a')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await using kube = connectKube({ server: `http://127.0.0.1:${port}`, namespace: 'default' }, 'test');
  expect((await kube.get(resource, key('a')))?.metadata.name).toBe('a');
  expect(requests).toBe(2);
  server.close();
});

// cli 25-6
test('a server that is not there is told with its address', async () => {
  await using kube = connectKube({ server: 'http://127.0.0.1:1', namespace: 'default' }, 'test');
  await expect(kube.get(resource, key('a'))).rejects.toThrow(
    /cannot reach the Kubernetes API at http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
  );
});

const resource: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: [],
};
const key = (name: string) => ({ namespace: 'default', name });

async function startServer() {
  const server = await startApiServer();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-kube-'));
  await server.writeKubeconfig(join(dir, 'kubeconfig'));
  const kube = connectKube(await loadConnection({ kubeconfig: join(dir, 'kubeconfig') }), 'sluice-test');
  const configMaps = await kube.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  if (configMaps === undefined) throw new Error('no ConfigMaps are served');
  return {
    kube,
    configMaps,
    async [Symbol.asyncDispose]() {
      await kube[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(dir, { recursive: true });
    },
  };
}

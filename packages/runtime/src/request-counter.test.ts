import { startApiServer } from '@sluice/apiserver';
import { connectKube } from '@sluice/kube';
import { expect, test } from 'vitest';
import { MetricsRegistry } from './metrics-registry.ts';
import { requestCounter } from './request-counter.ts';

// kustomization 19, source 15: the dashboards rely on the name and the labels
test('counts requests by status code, method and host', async () => {
  const server = await startApiServer({});
  const registry = new MetricsRegistry();
  const onRequest = requestCounter(registry);
  const connection = { server: server.url, ca: server.caPem, token: () => server.token, namespace: 'default' };
  const { host } = new URL(server.url);
  {
    await using kube = connectKube(connection, 'counting', { onRequest });
    const configMaps = (await kube.resource({ group: '', version: 'v1', kind: 'ConfigMap' }))!;
    const key = { namespace: 'default', name: 'a' };
    await kube.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key });
    await kube.get(configMaps, { ...key, name: 'none' });
    const stop = new AbortController();
    for await (const _ of kube.watch(configMaps, '0', { namespace: 'default', signal: stop.signal })) break;
    await server.close();
    await expect(kube.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key })).rejects.toThrow();
  }
  const lines = (await registry.render()).split('\n').filter((line) => line.startsWith('rest_client_requests_total{'));
  const line = (code: string, method: string) =>
    lines.find((one) => one.startsWith(`rest_client_requests_total{code="${code}",host="${host}",method="${method}"}`));
  expect(line('201', 'POST')).toMatch(/ 1$/);
  expect(line('404', 'GET')).toMatch(/ 1$/);
  expect(line('<error>', 'POST')).toMatch(/ 1$/);
  expect(Number(line('200', 'GET')?.split(' ')[1])).toBeGreaterThanOrEqual(2); // discovery and the watch
});

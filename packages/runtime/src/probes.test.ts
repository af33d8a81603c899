import { expect, test } from 'vitest';
import { MetricsRegistry, Scalar } from './metrics-registry.ts';
import { listen, probesHandler } from './probes.ts';
import { startCluster, until } from './test/cluster.ts';
import { startManager } from './test/manager.ts';

test('probes tell what is well and what is not', async () => {
  const metrics = new MetricsRegistry();
  metrics.register(new Scalar('gauge', { name: 'one', help: 'One.' })).set([], 1);
  let isReady = false;
  const handler = probesHandler({
    live: () => ({ progress: true }),
    ready: () => ({ caches: isReady, b: true }),
    metrics,
  });
  await using server = await listen(handler, { host: '127.0.0.1', port: 0 });
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`, { method });
    return [response.status, await response.text()];
  };
  expect(await get('/healthz')).toEqual([200, 'ok\n']);
  expect(await get('/readyz')).toEqual([503, '[-]caches\n[+]b\nnot ok\n']);
  isReady = true;
  expect(await get('/readyz?verbose')).toEqual([200, '[+]caches\n[+]b\nok\n']);
  expect(await get('/metrics')).toEqual([200, '# HELP one One.\n# TYPE one gauge\none 1\n']);
  expect(await get('/debug')).toEqual([404, 'not found\n']);
  expect(await get('/metrics', 'POST')).toEqual([405, 'method not allowed\n']);
});

// source 15, kustomization 18: the names that dashboards rely on
test('a manager tells how it fares under the usual names', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster);
  await cluster.create('a', { text: 'x' });
  await cluster.until('a', (app) => app.status?.text === 'x');
  const text = await until(async () => {
    const body = await (await fetch(`${manager.url}/metrics`)).text();
    return body.includes('result="success"} 1') ? body : undefined;
  }, 'the run to be counted');
  const names = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  for (const name of [
    'gotk_reconcile_duration_seconds',
    'gotk_reconcile_condition',
    'gotk_suspend_status',
    'gotk_resource_info',
    'controller_runtime_reconcile_total',
    'controller_runtime_reconcile_time_seconds',
    'controller_runtime_max_concurrent_reconciles',
    'controller_runtime_active_workers',
    'workqueue_depth',
    'workqueue_adds_total',
    'workqueue_queue_duration_seconds',
    'workqueue_work_duration_seconds',
    'workqueue_unfinished_work_seconds',
    'workqueue_longest_running_processor_seconds',
    'sluice_queue_depth',
    'sluice_queue_oldest_seconds',
    'sluice_last_success_timestamp_seconds',
    'sluice_watch_healthy',
    'leader_election_master_status',
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'nodejs_eventloop_lag_p99_seconds',
  ])
    expect(names).toContain(name);
  expect(text).toContain('workqueue_depth{name="app",controller="app"} 0');
  expect(text).toContain('controller_runtime_max_concurrent_reconciles{controller="app"} 16');
  expect(text).toContain('gotk_suspend_status{kind="App",name="a",namespace="default"} 0');
  const lag = Number(/^nodejs_eventloop_lag_p50_seconds (\S+)/m.exec(text)?.[1]);
  expect(lag).toBeLessThan(1);
  expect((await fetch(`${manager.url}/healthz`)).status).toBe(200);
});

// Local mode with the sample fleet; when all is healthy, measures itself for SECONDS and prints one line of JSON.
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { followSync, startLocalMode } from '@sluice/local';

const seconds = Number(process.argv[2]);
const settleMs = 10_000;
const requests: string[] = [];
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage }; // as Node's documentation of the channel says
  requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
});

const startedAt = performance.now();
const stop = new AbortController();
const lines: string[] = [];
const folder = join(import.meta.dirname, '../../examples/fleet');
await using local = await startLocalMode({ type: 'sample', folder }, (line) => lines.push(line), stop.signal);
const failed = await followSync(local.kubeconfig, local.objects, performance.now(), AbortSignal.timeout(60_000));
if (failed.length > 0) throw new Error([...failed.map(({ message }) => message), ...lines].join('\n'));
const healthyMs = performance.now() - startedAt;

await delay(settleMs); // the last events and leases of the start
requests.length = 0;
const rssMiB: number[] = [];
const cpu = process.cpuUsage();
for (let second = 0; second < seconds; second++) {
  await delay(1000);
  rssMiB.push(process.memoryUsage.rss() / 2 ** 20);
}
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ healthyMs, rssMiB, cpuMs: (user + system) / 1000, requests }));

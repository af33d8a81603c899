import { parseArgs } from 'node:util';
import { connectKube, loadConnection } from '@sluice/kube';
import { killAt, MetricsRegistry, requestCounter } from '@sluice/runtime';
import { startControllers } from './start.ts';

/**
 * Runs all controllers on a cluster: `node main.ts [--kubeconfig FILE] [--storage-path DIR] [--storage-addr HOST:PORT]
 * [--listen HOST:PORT] [--log-level debug|info|error] [--no-remote-bases]`.
 * Drains at SIGINT or SIGTERM; exits 1 when it cannot start or go on.
 */
const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    'storage-path': { type: 'string', default: '/data' },
    'log-level': { type: 'string', default: 'info' },
    // A fixed port keeps the addresses of artifacts over a restart.
    'storage-addr': { type: 'string', default: '127.0.0.1:9790' },
    listen: { type: 'string', default: '127.0.0.1:0' },
    'no-remote-bases': { type: 'boolean', default: false },
  },
});
const metrics = new MetricsRegistry();
const connection = await loadConnection({ kubeconfig: values.kubeconfig });
await using kube = connectKube(connection, 'sluice/0.1.0', { onRequest: requestCounter(metrics) });
await using controllers = await startControllers({
  kube,
  metrics,
  storageDir: values['storage-path'],
  log: (line) => process.stderr.write(`${line}\n`),
  logLevel: values['log-level'] === 'debug' || values['log-level'] === 'error' ? values['log-level'] : 'info',
  fileServer: parseAddress(values['storage-addr']),
  listen: [parseAddress(values.listen)],
  kustomize: { noRemoteBases: values['no-remote-bases'] },
  failpoint: killAt(process.env['SLUICE_FAILPOINT']),
});
for (const { port: bound } of controllers.addresses)
  process.stdout.write(`probes and metrics at http://127.0.0.1:${bound}\n`);
await Promise.race([controllers.ended, signalled()]);

/** @throws Error that names the text when it is no `HOST:PORT` */
function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(.*):(\d{1,5})$/.exec(text);
  if (match === null) throw new Error(`'${text}' is no address: write HOST:PORT`);
  return { host: match[1]!, port: Number(match[2]) };
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

import { parseArgs } from 'node:util';
import { connectKube, loadConnection } from '@sluice/kube';
import { killAt } from '@sluice/runtime';
import { startControllers } from './start.ts';

/**
 * Runs all controllers on a cluster: `node main.ts [--kubeconfig FILE] [--storage-path DIR] [--metrics-addr PORT]`.
 * Drains at SIGINT or SIGTERM; exits 1 when it cannot start or go on.
 */
const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    'storage-path': { type: 'string', default: '/data' },
    'log-level': { type: 'string', default: 'info' },
    listen: { type: 'string', default: '127.0.0.1:0' },
  },
});
const [host = '', port = ''] = splitAddress(values.listen);
await using kube = connectKube(await loadConnection({ kubeconfig: values.kubeconfig }), 'sluice/0.1.0');
await using controllers = await startControllers({
  kube,
  storageDir: values['storage-path'],
  log: (line) => process.stderr.write(`${line}\n`),
  logLevel: values['log-level'] === 'debug' || values['log-level'] === 'error' ? values['log-level'] : 'info',
  listen: [{ host, port: Number(port) }],
  failpoint: killAt(process.env['SLUICE_FAILPOINT']),
});
for (const { port: bound } of controllers.addresses)
  process.stdout.write(`probes and metrics at http://127.0.0.1:${bound}\n`);
await Promise.race([controllers.ended, signalled()]);

function splitAddress(address: string): string[] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon), address.slice(colon + 1)];
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

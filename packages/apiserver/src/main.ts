import { parseArgs } from 'node:util';
import { startApiServer } from './server.ts';

/** Runs the server alone: `node main.ts [--port N] [--kubeconfig FILE]`. Ends at SIGINT or SIGTERM. */
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, kubeconfig: { type: 'string' } },
});
const server = await startApiServer({ port: Number(values.port) });
if (values.kubeconfig !== undefined) await server.writeKubeconfig(values.kubeconfig);
process.stdout.write(values.kubeconfig === undefined ? server.kubeconfig() : `${values.kubeconfig}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());

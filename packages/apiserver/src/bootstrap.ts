import { SystemClient } from './controllers/system-client.ts';
import type { Core } from './core.ts';

/** Creates the namespaces that every cluster has. */
export function bootstrapNamespaces(core: Core): void {
  const client = new SystemClient(core, 'kube-apiserver');
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    client.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}

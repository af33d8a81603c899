import { adminUser } from './http/authenticate.ts';
import type { Core } from './core.ts';
import { createObject } from './operations/create.ts';
import type { WriteContext } from './operations/context.ts';

/** The namespaces that every cluster has. */
export function bootstrapNamespaces(core: Core): void {
  const resource = core.registry.find('', 'v1', 'namespaces');
  if (resource === undefined) throw new Error('namespaces are not built in');
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    const draft = resource.strategy.decode({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, []);
    resource.strategy.applyDefaults(draft);
    createObject(core, resource, { namespace: '', draft, tracked: false }, systemContext(core, 'kube-apiserver'));
  }
}

/** A write by a part of the server itself. */
export function systemContext(core: Core, manager: string, subresource = ''): WriteContext {
  return {
    user: adminUser,
    now: core.now(),
    dryRun: false,
    fieldValidation: 'Ignore',
    manager,
    explicitManager: true,
    force: false,
    subresource,
    warnings: new Set(),
  };
}

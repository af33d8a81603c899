import type { AdmissionPlugin } from '../core.ts';
import { forbidden, namespaceNotFound } from '../errors.ts';
import { storeKey } from '../store/store.ts';

const immortal = new Set(['default', 'kube-system', 'kube-public']);
const reviewGroups = new Set(['authentication.k8s.io', 'authorization.k8s.io']);

/** Objects are created in namespaces that are there and stay; some namespaces stay for ever. */
export const namespaceLifecycle: AdmissionPlugin = (core, { operation, resource, namespace, name }) => {
  const isNamespace = resource.storageKey === '/namespaces';
  if (operation === 'delete' && isNamespace && immortal.has(name)) {
    throw forbidden(resource, name, 'this namespace may not be deleted');
  }
  if (operation !== 'create' || !resource.namespaced || reviewGroups.has(resource.group)) return;
  const found = core.store.collection('/namespaces').get(storeKey('', namespace));
  if (found === undefined) throw namespaceNotFound(namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
};

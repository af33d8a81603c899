import type { Kustomization } from '@sluice/api';
import type { KubeClient } from '@sluice/kube';
import { Stop } from './stop.ts';

const serviceAccountName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

/** ServiceAccount that the objects are applied as; `''` for the controller's own identity. */
export function serviceAccountOf(object: Kustomization, defaultServiceAccount: string): string {
  return object.spec.serviceAccountName ?? defaultServiceAccount;
}

/**
 * The client that acts as whom the objects are applied as.
 * @throws Stop for a name that is none: it must not end up as no identity at all, which would be the controller's
 */
export function kubeFor(object: Kustomization, kube: KubeClient, defaultServiceAccount: string): KubeClient {
  const name = serviceAccountOf(object, defaultServiceAccount);
  if (name === '') return kube;
  if (!serviceAccountName.test(name) || name.length > 253) {
    throw new Stop('ReconciliationFailed', `failed to build kube client: invalid service account name '${name}'`);
  }
  return kube.as({ user: `system:serviceaccount:${object.metadata.namespace}:${name}` });
}

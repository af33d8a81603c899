import {
  findCondition,
  gitRepositoryGvk,
  kustomizationGvk,
  type GitRepository,
  type KubeObject,
  type Kustomization,
} from '@sluice/api';

export const deploymentGvk = { group: 'apps', version: 'v1', kind: 'Deployment' };
export const configMapGvk = { group: '', version: 'v1', kind: 'ConfigMap' };
export { gitRepositoryGvk, kustomizationGvk };

/** Long intervals: whatever happens within a test, an event has brought it. */
export function gitRepository(url: string, spec: Partial<GitRepository['spec']> = {}): GitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'fleet', namespace: 'flux-system' },
    spec: { interval: '1h', url, ref: { branch: 'main' }, ...spec },
  };
}

export function kustomization(name: string, path: string, spec: Partial<Kustomization['spec']> = {}): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system' },
    spec: {
      interval: '1h',
      retryInterval: '1h',
      path,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'fleet' },
      ...spec,
    },
  };
}

/** Asks for a reconcile as a webhook or a person would. */
export function requested(object: KubeObject, value: string): KubeObject {
  const annotations = { ...object.metadata.annotations, 'reconcile.fluxcd.io/requestedAt': value };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

export function readyOf(object: Kustomization | GitRepository | undefined) {
  return findCondition(object?.status?.conditions, 'Ready');
}

export function isReadyAt(commit: string): (object: Kustomization | undefined) => boolean {
  return (object) =>
    readyOf(object)?.status === 'True' && object?.status?.lastAppliedRevision?.endsWith(commit) === true;
}

export const namespaceYaml = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
`;

export const deploymentYaml = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: ${image}
`;

export const configMapYaml = (name: string, value: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: shop
data:
  value: "${value}"
`;

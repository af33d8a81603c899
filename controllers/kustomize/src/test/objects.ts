import type { Kustomization, KustomizationSpec } from '@sluice/api';

export const baseSpec: KustomizationSpec = {
  interval: '10m',
  prune: true,
  sourceRef: { kind: 'GitRepository', name: 'fleet' },
};

export function kustomization(name: string, spec: Partial<KustomizationSpec> = {}): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux', generation: 1, uid: `uid-${name}` },
    spec: { ...baseSpec, ...spec },
  };
}

export function files(contents: Readonly<Record<string, string>>): Map<string, Uint8Array> {
  return new Map(Object.entries(contents).map(([path, text]) => [path, new TextEncoder().encode(text)]));
}

export const configMapYaml = (name: string, data: Readonly<Record<string, string>> = { k: 'v' }): string =>
  [
    'apiVersion: v1',
    'kind: ConfigMap',
    `metadata: {name: ${name}, namespace: shop}`,
    `data: ${JSON.stringify(data)}`,
    '',
  ].join('\n');

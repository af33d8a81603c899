import { keyOf, type KubeObject, type Kustomization } from '@sluice/api';
import type { Trigger } from '@sluice/runtime';

/**
 * Kustomizations run when a ConfigMap or Secret changes that they take variables from, if it carries the label that asks
 * for it. Only metadata is watched. @see spec kustomization-controller §20
 */
export function configTriggers(labelSelector: string): Trigger[] {
  return ['ConfigMap', 'Secret'].map((kind) => ({
    type: 'watch',
    gvk: { group: '', version: 'v1', kind },
    ...(labelSelector !== '' && { labelSelector }),
    metadataOnly: true,
    changed: (old, next) => old?.metadata.resourceVersion !== next?.metadata.resourceVersion,
    // The runtime passes objects of our kind.
    map: (config, own) => (own as readonly Kustomization[]).filter((object) => uses(object, kind, config)).map(keyOf),
  }));
}

function uses({ spec, metadata }: Kustomization, kind: string, config: KubeObject): boolean {
  if (config.metadata.namespace !== metadata.namespace) return false;
  const { decryption, kubeConfig, postBuild } = spec;
  const named = [
    ...(postBuild?.substituteFrom ?? []),
    { kind: 'Secret', name: decryption?.secretRef?.name },
    { kind: 'Secret', name: kubeConfig?.secretRef?.name },
    { kind: 'ConfigMap', name: kubeConfig?.configMapRef?.name },
  ];
  return named.some((reference) => reference.kind === kind && reference.name === config.metadata.name);
}

import { gvkOf, keyOf, type KubeObject, type Kustomization } from '@sluice/api';
import { reflect, type Stored } from '@sluice/kube';
import type { Trigger } from '@sluice/runtime';

const kinds = ['ConfigMap', 'Secret'] as const;

/**
 * Kustomizations run when a ConfigMap or Secret changes that they take variables from, if it carries the label that asks
 * for it. Only metadata is watched. @see spec kustomization-controller §20
 */
export function configTrigger(labelSelector: string): Trigger {
  return {
    type: 'source',
    async start(deps, signal) {
      const { kube, own } = deps;
      for (const kind of kinds) {
        const resource = await kube.resource(gvkOf({ apiVersion: 'v1', kind }), signal);
        if (resource === undefined) continue;
        let isReady = false;
        const reflector = reflect<Stored>(kube, resource, {
          labelSelector,
          metadataOnly: true,
          transform: ({ metadata }) => ({ metadata: namesOf(metadata) }),
          onChange(old, next) {
            const changed = next ?? old;
            // The first list brings nothing new: after a start all Kustomizations run anyway.
            if (!isReady || changed === undefined) return;
            const referring = (own() as readonly Kustomization[]).filter((object) => isUsedBy(kind, changed, object));
            for (const object of referring) deps.enqueue(keyOf(object), 'change');
          },
          signal,
        });
        reflector.ready.then(
          () => (isReady = true),
          () => {}, // stopped before the first list
        );
      }
    },
  };
}

function namesOf({ name, namespace, uid, resourceVersion }: KubeObject['metadata']): Stored['metadata'] {
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}

function isUsedBy(kind: string, { metadata }: Stored, { spec, metadata: own }: Kustomization): boolean {
  if (metadata.namespace !== own.namespace) return false;
  const named = [
    ...(spec.postBuild?.substituteFrom ?? []),
    ...(spec.decryption?.secretRef === undefined ? [] : [{ kind: 'Secret', name: spec.decryption.secretRef.name }]),
    ...(spec.kubeConfig?.secretRef === undefined ? [] : [{ kind: 'Secret', name: spec.kubeConfig.secretRef.name }]),
    ...(spec.kubeConfig?.configMapRef === undefined
      ? []
      : [{ kind: 'ConfigMap', name: spec.kubeConfig.configMapRef.name }]),
  ];
  return named.some((reference) => reference.kind === kind && reference.name === metadata.name);
}

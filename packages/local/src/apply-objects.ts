import { buildCrd, gitRepositoryGvk, gvkOf, keyOf, kindSchemas, type KubeObject } from '@sluice/api';
import type { KubeClient } from '@sluice/kube';
import type { FoundManifest } from './find-manifests.ts';

const fieldManager = 'sluice-local';

/** Installs the CRDs and waits until their kinds are served. */
export async function installCrds(kube: KubeClient, signal: AbortSignal): Promise<void> {
  for (const schema of kindSchemas) await applyObject(kube, buildCrd(schema), signal);
  for (const schema of kindSchemas) {
    const resource = await kube.resource(schema.gvk, signal);
    if (resource === undefined)
      throw new Error(`the API server does not serve ${schema.gvk.kind} though its CRD is there`);
  }
}

/** Installs CRDs whose objects this program only carries. */
export async function applyCrds(kube: KubeClient, crds: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  for (const crd of crds) await applyObject(kube, crd, signal);
}

/**
 * Applies manifests: their namespaces first, then the sources, so that nothing has to wait for a source that is there.
 * @throws Error with the file and the server's words for the first that is refused
 */
export async function applyManifests(
  kube: KubeClient,
  manifests: readonly FoundManifest[],
  signal: AbortSignal,
): Promise<void> {
  const objects = manifests.map(({ object }) => object);
  const namespaces = new Set(objects.map((object) => object.metadata.namespace ?? ''));
  namespaces.delete('');
  for (const name of namespaces) {
    await applyObject(kube, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, signal);
  }
  const isSource = ({ object }: FoundManifest) => object.kind === gitRepositoryGvk.kind;
  for (const { object, file } of manifests.toSorted((a, b) => Number(isSource(b)) - Number(isSource(a)))) {
    await applyObject(kube, object, signal).catch((cause: unknown) => {
      throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    });
  }
}

async function applyObject(kube: KubeClient, object: KubeObject, signal: AbortSignal): Promise<void> {
  const resource = await kube.resource(gvkOf(object), signal);
  if (resource === undefined) throw new Error(`the cluster does not know ${object.apiVersion} ${object.kind}`);
  await kube.patch(resource, keyOf(object), object, { type: 'apply', fieldManager, force: true, signal });
}

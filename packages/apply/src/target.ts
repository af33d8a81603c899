import { apiVersionOf, gvkOf, type KubeObject, type ObjectKey } from '@sluice/api';
import type { KubeClient, Resource } from '@sluice/kube';
import {
  entryOf,
  formatInventoryId,
  formatSubject,
  idOf,
  shortHash,
  type InventoryEntry,
  type ObjectId,
} from '@sluice/plan';

/** A manifest and where it goes. */
export interface Target {
  readonly manifest: KubeObject;
  /** Recognises this very manifest. */
  readonly manifestHash: string;
  readonly resource: Resource;
  /** Without the namespace that a manifest of a cluster-scoped object may carry. */
  readonly id: ObjectId;
  readonly inventoryId: string;
  readonly key: ObjectKey;
  readonly subject: string;
  readonly version: string;
}

/** @throws Error with the text of a failed dry-run when the server does not serve the kind, or the namespace is missing */
export async function findTarget(manifest: KubeObject, kube: KubeClient, signal: AbortSignal): Promise<Target> {
  const gvk = gvkOf(manifest);
  const resource = await kube.resource(gvk, signal);
  const written = idOf(manifest);
  if (resource === undefined) {
    const missing = `no matches for kind "${gvk.kind}" in version "${apiVersionOf(gvk)}"`;
    throw new Error(`${formatSubject(written)} dry-run failed: ${missing}`);
  }
  const id = resource.namespaced ? written : { ...written, namespace: '' };
  const subject = formatSubject(id);
  if (resource.namespaced && id.namespace === '') {
    throw new Error(`${subject} namespace not specified: the server could not find the requested resource`);
  }
  return {
    manifest,
    manifestHash: shortHash(manifest),
    resource,
    id,
    inventoryId: formatInventoryId(id),
    key: { namespace: id.namespace, name: id.name },
    subject,
    version: gvk.version,
  };
}

/**
 * Inventory entries of objects that may not exist yet, nor their kinds: the scope of a kind that the server does not
 * serve is read from the definition among the objects.
 */
export async function predictEntries(
  objects: readonly KubeObject[],
  kube: KubeClient,
  signal: AbortSignal,
): Promise<InventoryEntry[]> {
  const clusterKinds = new Set(objects.flatMap(definedClusterKind));
  const entries: InventoryEntry[] = [];
  for (const object of objects) {
    const gvk = gvkOf(object);
    const defined = clusterKinds.has(`${gvk.group}/${gvk.kind}`);
    const resource = defined ? undefined : await kube.resource(gvk, signal);
    const isClusterScoped = defined || resource?.namespaced === false;
    const id = idOf(object);
    entries.push(entryOf({ id: isClusterScoped ? { ...id, namespace: '' } : id, version: gvk.version }));
  }
  return entries;
}

function definedClusterKind(object: KubeObject): string[] {
  if (object.kind !== 'CustomResourceDefinition') return [];
  // The server has not validated it yet, so any part may be missing or of another shape.
  const spec = object['spec'] as { scope?: unknown; group?: unknown; names?: { kind?: unknown } } | undefined;
  return spec?.scope === 'Cluster' ? [`${String(spec.group)}/${String(spec.names?.kind)}`] : [];
}

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
 * Inventory entries of objects that may not exist yet, nor their kinds: the scope of a kind that is defined among the
 * objects is read from its definition.
 */
export async function predictEntries(
  objects: readonly KubeObject[],
  kube: KubeClient,
  signal: AbortSignal,
): Promise<InventoryEntry[]> {
  const defined = definedKinds(objects);
  const entries: InventoryEntry[] = [];
  for (const object of objects) {
    const gvk = gvkOf(object);
    const scope = defined.get(kindName(gvk));
    // Not asked for a kind that is yet to come: the client would remember for a while that there is none.
    const isNamespaced = scope === undefined ? (await kube.resource(gvk, signal))?.namespaced : scope !== 'Cluster';
    const id = idOf(object);
    entries.push(entryOf({ id: isNamespaced === false ? { ...id, namespace: '' } : id, version: gvk.version }));
  }
  return entries;
}

/** Scope by kind (`group/Kind`) of the definitions among the objects. */
export function definedKinds(objects: readonly KubeObject[]): Map<string, unknown> {
  const crds = objects.filter((object) => object.kind === 'CustomResourceDefinition');
  return new Map(
    crds.map((object) => {
      // The server has not validated it yet, so any part may be missing or of another shape.
      const spec = object['spec'] as { scope?: unknown; group?: unknown; names?: { kind?: unknown } } | undefined;
      return [`${String(spec?.group)}/${String(spec?.names?.kind)}`, spec?.scope];
    }),
  );
}

export function kindName({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return `${group}/${kind}`;
}

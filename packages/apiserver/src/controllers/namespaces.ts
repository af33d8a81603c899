import type { KubeObject } from '@sluice/api';
import { namespaceFinalizer } from '../builtin/namespace.ts';
import { isRecord, jsonEqual, listOf, recordOf, type JsonRecord } from '../json.ts';
import { timestamp } from '../operations/time.ts';
import type { Resource } from '../registry/resource.ts';
import { WorkQueue } from './queue.ts';
import type { SystemClient } from './system-client.ts';

const storageKey = '/namespaces';

/** Gives each namespace its default ServiceAccount and empties those that are being deleted. @returns stops it */
export function runNamespaceController(client: SystemClient): () => void {
  const { store } = client.core;
  const queue = new WorkQueue((name) => syncNamespace(client, name));
  const stop = store.listen((key, event) => {
    if (key === storageKey) queue.add(event.object.metadata.name);
    else if (event.object.metadata.namespace !== undefined) {
      const { namespace } = event.object.metadata;
      if (key === '/serviceaccounts' && event.type === 'DELETED') queue.add(namespace);
      else if (client.get(storageKey, '', namespace)?.metadata.deletionTimestamp !== undefined) queue.add(namespace);
    }
  });
  for (const namespace of client.list(storageKey)) queue.add(namespace.metadata.name);
  return () => {
    stop();
    queue.close();
  };
}

function syncNamespace(client: SystemClient, name: string): void {
  const namespace = client.get(storageKey, '', name);
  if (namespace === undefined) return;
  if (namespace.metadata.deletionTimestamp === undefined) ensureServiceAccount(client, name);
  else emptyNamespace(client, namespace);
}

function ensureServiceAccount(client: SystemClient, namespace: string): void {
  if (client.get('/serviceaccounts', namespace, 'default') !== undefined) return;
  const metadata = { name: 'default', namespace };
  client.create('/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
}

function emptyNamespace(client: SystemClient, namespace: KubeObject): void {
  const { name } = namespace.metadata;
  const resources = [...client.core.registry.stored()].filter((resource) => resource.namespaced);
  // Pods first: others may wait for them.
  const ordered = [...resources.filter(isPods), ...resources.filter((resource) => !isPods(resource))];
  for (const resource of ordered) {
    for (const object of client.list(resource.storageKey, name)) {
      if (object.metadata.deletionTimestamp === undefined) client.delete(resource.storageKey, object);
    }
  }
  const remaining = ordered
    .map((resource) => ({ resource, objects: client.list(resource.storageKey, name) }))
    .filter(({ objects }) => objects.length > 0);
  if (remaining.length > 0) {
    writeConditions(client, namespace, remaining);
    return;
  }
  client.change(
    storageKey,
    namespace.metadata,
    (draft) => {
      const finalizers = listOf(recordOf(draft.spec).finalizers).filter(
        (finalizer) => finalizer !== namespaceFinalizer,
      );
      draft.spec = finalizers.length === 0 ? {} : { finalizers };
    },
    'finalize',
  );
}

function isPods(resource: Resource): boolean {
  return resource.storageKey === '/pods';
}

interface Remaining {
  readonly resource: Resource;
  readonly objects: readonly KubeObject[];
}

/** Says what keeps a namespace from going. */
function writeConditions(client: SystemClient, namespace: KubeObject, remaining: readonly Remaining[]): void {
  const counts = remaining.map(
    ({ resource, objects }) => `${resource.plural}.${resource.group} has ${objects.length} resource instances`,
  );
  const finalizers = new Map<string, number>();
  for (const finalizer of remaining.flatMap(({ objects }) => objects.flatMap((o) => o.metadata.finalizers ?? []))) {
    finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const holding = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const wanted = [
    condition(
      'NamespaceDeletionDiscoveryFailure',
      'False',
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    condition(
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    condition(
      'NamespaceContentRemaining',
      'True',
      'SomeResourcesRemain',
      `Some resources are remaining: ${counts.join(', ')}`,
    ),
    holding.length === 0
      ? condition(
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        )
      : condition(
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${holding.join(', ')}`,
        ),
  ];
  const status = recordOf(namespace.status);
  const old = listOf(status.conditions).filter(isRecord);
  const now = timestamp(client.core.now());
  const conditions = wanted.map((next) => {
    const before = old.find((candidate) => candidate.type === next.type);
    return { ...next, lastTransitionTime: before?.status === next.status ? before?.lastTransitionTime : now };
  });
  const next = { ...status, phase: 'Terminating', conditions };
  if (!jsonEqual(next, status)) client.changeStatus(storageKey, namespace, next);
}

function condition(type: string, status: string, reason: string, message: string): JsonRecord {
  return { type, status, reason, message };
}

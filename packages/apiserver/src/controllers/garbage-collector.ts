import type { KubeObject, OwnerReference } from '@sluice/api';
import type { StoreEvent } from '../store/store.ts';
import { storeKey } from '../store/store.ts';
import { WorkQueue } from './queue.ts';
import type { SystemClient } from './system-client.ts';

/** An object by storage key and key: `apps/replicasets|default/a`. */
type Reference = string;

type OwnerState = 'solid' | 'waiting' | 'absent' | 'unknown';

/**
 * Collects objects whose owners are gone, and carries out foreground and orphaning deletions.
 * @returns stops it
 */
export function runGarbageCollector(client: SystemClient): () => void {
  const dependents = new Map<string, Set<Reference>>();
  const queue = new WorkQueue((reference) => collect(client, dependents, reference));
  const stop = client.core.store.listen((storageKey, event) => {
    index(dependents, `${storageKey}|${event.key}`, event);
    for (const reference of affected(dependents, `${storageKey}|${event.key}`, event)) queue.add(reference);
    for (const owner of ownersOf(client, event)) queue.add(owner);
  });
  return () => {
    stop();
    queue.close();
  };
}

function index(
  dependents: Map<string, Set<Reference>>,
  reference: Reference,
  { type, object, previous }: StoreEvent,
): void {
  for (const { uid } of previous?.metadata.ownerReferences ?? []) {
    const known = dependents.get(uid);
    known?.delete(reference);
    if (known?.size === 0) dependents.delete(uid);
  }
  if (type === 'DELETED') return;
  for (const { uid } of object.metadata.ownerReferences ?? []) {
    const known = dependents.get(uid);
    if (known === undefined) dependents.set(uid, new Set([reference]));
    else known.add(reference);
  }
}

/** The objects to look at after an event: the object itself, or those it owned. */
function affected(
  dependents: ReadonlyMap<string, ReadonlySet<Reference>>,
  reference: Reference,
  { type, object }: StoreEvent,
): Iterable<Reference> {
  if (type === 'DELETED') return dependents.get(object.metadata.uid ?? '') ?? [];
  const { ownerReferences = [], finalizers = [], deletionTimestamp } = object.metadata;
  const isPolicy = finalizers.includes('orphan') || finalizers.includes('foregroundDeletion');
  return ownerReferences.length > 0 || (deletionTimestamp !== undefined && isPolicy) ? [reference] : [];
}

/** The owners that may have waited for what was deleted, or for a reference that was dropped. */
function* ownersOf(client: SystemClient, { object, previous }: StoreEvent): Iterable<Reference> {
  for (const owner of previous?.metadata.ownerReferences ?? []) {
    const found = findOwner(client, object, owner);
    if (found?.object?.metadata.deletionTimestamp !== undefined) yield found.reference;
  }
}

function collect(client: SystemClient, dependents: Map<string, Set<Reference>>, reference: Reference): void {
  const bar = reference.indexOf('|');
  const storageKey = reference.slice(0, bar);
  const key = reference.slice(bar + 1);
  const object = client.core.store.collection(storageKey).get(key);
  if (object === undefined) return;
  const { finalizers = [], deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.includes('orphan')) orphanDependents(client, dependents, storageKey, object);
    else if (finalizers.includes('foregroundDeletion')) continueForeground(client, dependents, storageKey, object);
    return;
  }
  collectDependent(client, dependents, storageKey, object);
}

function collectDependent(
  client: SystemClient,
  dependents: ReadonlyMap<string, ReadonlySet<Reference>>,
  storageKey: string,
  object: KubeObject,
): void {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return;
  const states = owners.map((owner) => ownerState(client, object, owner));
  if (states.includes('unknown')) return;
  const gone = owners.filter((_owner, i) => states[i] !== 'solid');
  if (gone.length === 0) return;
  if (gone.length < owners.length) {
    dropOwners(client, storageKey, object, gone);
    return;
  }
  const blocks = states.includes('waiting') && (dependents.get(object.metadata.uid ?? '')?.size ?? 0) > 0;
  client.delete(storageKey, object, blocks ? 'Foreground' : 'Background');
}

function ownerState(client: SystemClient, dependent: KubeObject, owner: OwnerReference): OwnerState {
  const found = findOwner(client, dependent, owner);
  if (found === undefined) return 'unknown';
  const { object } = found;
  if (object === undefined || object.metadata.uid !== owner.uid) return 'absent';
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  return deletionTimestamp !== undefined && finalizers.includes('foregroundDeletion') ? 'waiting' : 'solid';
}

/** Where an owner must be; `undefined` when its kind is not served or it cannot own this object. */
function findOwner(
  client: SystemClient,
  dependent: KubeObject,
  { apiVersion, kind, name }: OwnerReference,
): { reference: Reference; object: KubeObject | undefined } | undefined {
  const slash = apiVersion.indexOf('/');
  const resource = client.core.registry.findKind(
    apiVersion.slice(0, Math.max(slash, 0)),
    kind,
    apiVersion.slice(slash + 1),
  );
  if (resource === undefined) return undefined;
  const { namespace } = dependent.metadata;
  if (resource.namespaced && namespace === undefined) return undefined;
  const key = storeKey(resource.namespaced ? (namespace ?? '') : '', name);
  return {
    reference: `${resource.storageKey}|${key}`,
    object: client.core.store.collection(resource.storageKey).get(key),
  };
}

function dropOwners(
  client: SystemClient,
  storageKey: string,
  object: KubeObject,
  gone: readonly OwnerReference[],
): void {
  const uids = new Set(gone.map((owner) => owner.uid));
  client.change(storageKey, object.metadata, (draft) => {
    const left = (object.metadata.ownerReferences ?? []).filter((owner) => !uids.has(owner.uid));
    if (left.length === 0) delete draft.metadata.ownerReferences;
    else draft.metadata.ownerReferences = left;
  });
}

function orphanDependents(
  client: SystemClient,
  dependents: ReadonlyMap<string, ReadonlySet<Reference>>,
  storageKey: string,
  owner: KubeObject,
): void {
  const { uid = '' } = owner.metadata;
  for (const { storageKey: key, object } of objectsOf(client, dependents.get(uid))) {
    dropOwners(
      client,
      key,
      object,
      (object.metadata.ownerReferences ?? []).filter((o) => o.uid === uid),
    );
  }
  dropFinalizer(client, storageKey, owner, 'orphan');
}

function continueForeground(
  client: SystemClient,
  dependents: ReadonlyMap<string, ReadonlySet<Reference>>,
  storageKey: string,
  owner: KubeObject,
): void {
  const { uid = '' } = owner.metadata;
  const children = objectsOf(client, dependents.get(uid));
  for (const { storageKey: key, object } of children) {
    if (object.metadata.deletionTimestamp === undefined) collectDependent(client, dependents, key, object);
  }
  const blocking = objectsOf(client, dependents.get(uid)).filter(({ object }) =>
    object.metadata.ownerReferences?.some((owned) => owned.uid === uid && owned.blockOwnerDeletion === true),
  );
  if (blocking.length === 0) dropFinalizer(client, storageKey, owner, 'foregroundDeletion');
}

function objectsOf(
  client: SystemClient,
  references: ReadonlySet<Reference> | undefined,
): { storageKey: string; object: KubeObject }[] {
  return [...(references ?? [])].flatMap((reference) => {
    const bar = reference.indexOf('|');
    const storageKey = reference.slice(0, bar);
    const object = client.core.store.collection(storageKey).get(reference.slice(bar + 1));
    return object === undefined ? [] : [{ storageKey, object }];
  });
}

function dropFinalizer(client: SystemClient, storageKey: string, object: KubeObject, finalizer: string): void {
  client.change(storageKey, object.metadata, (draft) => {
    draft.metadata.finalizers = (object.metadata.finalizers ?? []).filter((other) => other !== finalizer);
  });
}

import type { KubeObject } from '@sluice/api';
import { crdFinalizer } from '../builtin/crd.ts';
import { customResources, readDefinition } from '../custom/definition.ts';
import { isRecord, jsonEqual, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { timestamp } from '../operations/time.ts';
import { acceptNames } from './crd-names.ts';
import { WorkQueue } from './queue.ts';
import type { SystemClient } from './system-client.ts';

const storageKey = 'apiextensions.k8s.io/customresourcedefinitions';

/**
 * Establishes CRDs, serves their resources, and removes the objects of CRDs that are deleted.
 * @param changed called with the storage key of resources whose definition changed: their watches must end
 * @returns stops it
 */
export function runCrdController(client: SystemClient, changed: (storageKey: string) => void): () => void {
  const { core } = client;
  /** What the registry has, by CRD: uid, generation and the like. */
  const served = new Map<string, string>();
  const queue = new WorkQueue((name) => syncDefinition(client, name, served, changed));
  const stop = core.store.listen((key, event) => {
    if (key === storageKey) {
      queue.add(event.object.metadata.name);
      // Names that this one gives up may be taken by the others.
      if (event.type === 'DELETED') for (const crd of client.list(storageKey)) queue.add(crd.metadata.name);
    } else if (event.type === 'DELETED') {
      const name = `${key.slice(key.indexOf('/') + 1)}.${key.slice(0, key.indexOf('/'))}`;
      if (client.get(storageKey, '', name)?.metadata.deletionTimestamp !== undefined) queue.add(name);
    }
  });
  return () => {
    stop();
    queue.close();
  };
}

function syncDefinition(
  client: SystemClient,
  name: string,
  served: Map<string, string>,
  changed: (storageKey: string) => void,
): void {
  const { registry, store } = client.core;
  const found = client.get(storageKey, '', name);
  if (found === undefined) {
    if (served.delete(name)) registry.setCustom(name, []);
    return;
  }
  const crd = writeConditions(client, found);
  const { uid, generation, deletionTimestamp } = crd.metadata;
  const resourceKey = `${stringOf(recordOf(crd.spec).group)}/${stringOf(recordOf(recordOf(crd.spec).names).plural)}`;
  const established = isTrue(crd, 'Established');
  const state = established ? `${uid}/${generation}/${deletionTimestamp}` : undefined;
  if (served.get(name) !== state) {
    if (state === undefined) served.delete(name);
    else served.set(name, state);
    registry.setCustom(name, established ? customResources(readDefinition(crd)) : []);
    if (deletionTimestamp === undefined) changed(resourceKey);
  }
  if (deletionTimestamp === undefined) return;
  if (deleteInstances(client, crd, resourceKey)) return;
  registry.setCustom(name, []);
  served.delete(name);
  changed(resourceKey);
  client.change(storageKey, crd.metadata, (draft) => {
    draft.metadata.finalizers = listOf(draft.metadata.finalizers).filter((finalizer) => finalizer !== crdFinalizer);
  });
  store.drop(resourceKey);
}

/** Deletes what is left of a CRD's objects. @returns whether some remain */
function deleteInstances(client: SystemClient, crd: KubeObject, resourceKey: string): boolean {
  if (!(crd.metadata.finalizers ?? []).includes(crdFinalizer)) return true;
  if (client.core.registry.ofStorage(resourceKey) === undefined) return false;
  for (const object of client.list(resourceKey)) {
    if (object.metadata.deletionTimestamp === undefined) client.delete(resourceKey, object);
  }
  return client.list(resourceKey).length > 0;
}

/** The CRD with the conditions it deserves. */
function writeConditions(client: SystemClient, crd: KubeObject): KubeObject {
  const { core } = client;
  const status = recordOf(crd.status);
  const others = client.list(storageKey).filter((other) => other.metadata.name !== crd.metadata.name);
  const { accepted, conflict } = acceptNames(crd, others);
  const wanted =
    conflict === undefined
      ? [
          { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
          {
            type: 'Established',
            status: 'True',
            reason: 'InitialNamesAccepted',
            message: 'the initial names have been accepted',
          },
        ]
      : [
          { type: 'NamesAccepted', status: 'False', ...conflict },
          { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
        ];
  const now = timestamp(core.now());
  const old = listOf(status.conditions).filter(isRecord);
  let conditions = [...wanted, ...approval(crd), ...terminating(crd)].reduce(
    (list, next) => withCondition(list, next, now),
    old,
  );
  if (isTrue(crd, 'Established')) {
    // What was established stays so, whatever its names become.
    const before = old.find((condition) => condition.type === 'Established');
    conditions = conditions.map((condition) => (condition.type === 'Established' ? (before ?? condition) : condition));
  }
  const next = { ...status, conditions, acceptedNames: accepted };
  if (jsonEqual(next, status)) return crd;
  return client.change(storageKey, crd.metadata, (draft) => (draft.status = next), 'status') ?? crd;
}

function approval(crd: KubeObject): JsonRecord[] {
  const value = crd.metadata.annotations?.['api-approved.kubernetes.io'];
  if (value === undefined || !/(^|\.)(k8s|kubernetes)\.io$/.test(stringOf(recordOf(crd.spec).group))) return [];
  const type = 'KubernetesAPIApprovalPolicyConformant';
  return value.startsWith('unapproved')
    ? [
        {
          type,
          status: 'False',
          reason: 'UnapprovedAnnotation',
          message: `not approved in "api-approved.kubernetes.io"="${value}"`,
        },
      ]
    : [{ type, status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${value}` }];
}

function terminating(crd: KubeObject): JsonRecord[] {
  if (crd.metadata.deletionTimestamp === undefined) return [];
  const message = 'CustomResource deletion is in progress';
  return [{ type: 'Terminating', status: 'True', reason: 'InstanceDeletionInProgress', message }];
}

function isTrue(crd: KubeObject, type: string): boolean {
  const conditions = listOf(recordOf(crd.status).conditions).filter(isRecord);
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

function withCondition(list: readonly Readonly<JsonRecord>[], next: JsonRecord, now: string): JsonRecord[] {
  const before = list.find((condition) => condition.type === next.type);
  const lastTransitionTime = before?.status === next.status ? before?.lastTransitionTime : now;
  const entry = { ...next, lastTransitionTime };
  return before === undefined ? [...list, entry] : list.map((condition) => (condition === before ? entry : condition));
}

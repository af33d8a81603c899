import type { KubeObject } from '@sluice/api';
import { WorkQueue } from '../controllers/queue.ts';
import type { SystemClient } from '../controllers/system-client.ts';
import { isRecord, jsonEqual, recordOf, type JsonRecord } from '../json.ts';
import type { StoreEvent } from '../store/store.ts';
import { timestamp } from '../operations/time.ts';
import { simulateAnnotation, type SimulationSettings } from './options.ts';

/** What a simulated controller works with. */
export interface Simulation {
  /** Writes as kube-controller-manager. */
  readonly controller: SystemClient;
  readonly kubelet: SystemClient;
  readonly scheduler: SystemClient;
  readonly settings: SimulationSettings;
}

/** A controller of one kind. */
export interface SimulatedKind {
  readonly storageKey: string;
  /** Brings one object forward. Called after every event of it, and of what it owns. */
  sync(simulation: Simulation, object: KubeObject, later: (delayMs: number) => void): void;
  /** Further objects whose events concern objects of this kind: gives their keys. */
  readonly related?: (simulation: Simulation, storageKey: string, event: StoreEvent) => Iterable<string>;
}

/** Runs the controller of a kind. @returns stops it */
export function runSimulatedKind(simulation: Simulation, kind: SimulatedKind): () => void {
  const { store } = simulation.controller.core;
  const collection = () => store.collection(kind.storageKey);
  const queue = new WorkQueue((key) => {
    const object = collection().get(key);
    if (object === undefined || knobOf(object) === 'stuck') return;
    kind.sync(simulation, object, (delayMs) => queue.addAfter(key, delayMs));
  });
  const stop = store.listen((storageKey, event) => {
    if (storageKey === kind.storageKey) {
      if (event.type !== 'DELETED') queue.add(event.key);
    }
    for (const key of kind.related?.(simulation, storageKey, event) ?? []) queue.add(key);
  });
  for (const key of collection().keys()) queue.add(key);
  return () => {
    stop();
    queue.close();
  };
}

/** The keys of the owners of an object that changed, of a given kind. */
export function* ownerKeys(kind: string, { object, previous }: StoreEvent): Iterable<string> {
  for (const owner of [...(object.metadata.ownerReferences ?? []), ...(previous?.metadata.ownerReferences ?? [])]) {
    if (owner.kind === kind && owner.controller === true) yield `${object.metadata.namespace ?? ''}/${owner.name}`;
  }
}

export function knobOf(object: KubeObject): string {
  return object.metadata.annotations?.[simulateAnnotation] ?? '';
}

/** The objects of a collection that `owner` controls. */
export function ownedBy(client: SystemClient, storageKey: string, owner: KubeObject): KubeObject[] {
  const { uid, namespace } = owner.metadata;
  return client
    .list(storageKey, namespace)
    .filter((object) => object.metadata.ownerReferences?.some((o) => o.uid === uid && o.controller === true));
}

export function controllerReference(owner: KubeObject): JsonRecord {
  const { name, uid } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Writes a status unless the object has it already. */
export function writeStatus(client: SystemClient, storageKey: string, object: KubeObject, status: JsonRecord): void {
  if (!jsonEqual(withoutZeros(status), withoutZeros(recordOf(object.status))))
    client.changeStatus(storageKey, object, status);
}

/** Go leaves zero counters out. */
function withoutZeros(status: Readonly<JsonRecord>): JsonRecord {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0 && value !== undefined));
}

/** `next` with the transition time of the condition it replaces, when the status did not move. */
export function condition(
  old: readonly unknown[],
  next: { type: string; status: string; reason?: string; message?: string },
  now: Date,
): JsonRecord {
  const before = old.filter(isRecord).find((candidate) => candidate.type === next.type);
  const unchanged = before !== undefined && before.status === next.status;
  return { ...next, lastTransitionTime: unchanged ? before.lastTransitionTime : timestamp(now) };
}

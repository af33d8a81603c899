import type { KubeObject } from '@sluice/api';
import { listOf, numberOf, recordOf, type JsonRecord } from '../json.ts';
import { ownedBy, ownerKeys, writeStatus, type SimulatedKind, type Simulation } from './controller.ts';
import { isActive, isReady, podOf } from './pods.ts';

export const replicaSetSimulation: SimulatedKind = replicaSimulation('apps/replicasets', 'ReplicaSet');
export const replicationControllerSimulation: SimulatedKind = replicaSimulation(
  '/replicationcontrollers',
  'ReplicationController',
);

function replicaSimulation(storageKey: string, kind: string): SimulatedKind {
  return {
    storageKey,
    sync: (simulation, set) => syncReplicas(simulation, storageKey, set),
    related: (_simulation, key, event) => (key === '/pods' ? ownerKeys(kind, event) : []),
  };
}

function syncReplicas({ controller }: Simulation, storageKey: string, set: KubeObject): void {
  const spec = recordOf(set.spec);
  const wanted = set.metadata.deletionTimestamp === undefined ? numberOf(spec.replicas) : 0;
  const pods = ownedBy(controller, '/pods', set).filter(isActive);
  if (set.metadata.deletionTimestamp === undefined) {
    for (let n = pods.length; n < wanted; n += 1) controller.create('/pods', podOf(set, spec.template, {}));
    // Those that are not ready go first.
    const surplus = [...pods]
      .sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
      .slice(0, Math.max(pods.length - wanted, 0));
    for (const pod of surplus) controller.delete('/pods', pod);
  }
  writeStatus(
    controller,
    storageKey,
    set,
    statusOf(controller.core.now(), set, ownedBy(controller, '/pods', set).filter(isActive)),
  );
}

function statusOf(now: Date, set: KubeObject, pods: readonly KubeObject[]): JsonRecord {
  const ready = pods.filter(isReady);
  const minReadyMs = numberOf(recordOf(set.spec).minReadySeconds) * 1000;
  const available = ready.filter((pod) => minReadyMs === 0 || now.getTime() - readySince(pod) >= minReadyMs);
  return {
    ...(set.kind === 'ReplicaSet' ? { terminatingReplicas: 0 } : {}),
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: available.length,
    observedGeneration: set.metadata.generation,
  };
}

function readySince(pod: KubeObject): number {
  const ready = listOf(recordOf(pod.status).conditions)
    .map(recordOf)
    .find((condition) => condition.type === 'Ready');
  return Date.parse(String(ready?.lastTransitionTime as string | undefined)) || 0;
}

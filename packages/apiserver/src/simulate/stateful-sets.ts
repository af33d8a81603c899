import type { KubeObject } from '@sluice/api';
import type { SystemClient } from '../controllers/system-client.ts';
import { listOf, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { controllerReference, ownedBy, ownerKeys, writeStatus, type SimulatedKind } from './controller.ts';
import { isReady, podOf } from './pods.ts';
import { templateHash } from './template-hash.ts';

const storageKey = 'apps/statefulsets';
const hashLabel = 'controller-revision-hash';

export const statefulSetSimulation: SimulatedKind = {
  storageKey,
  sync: ({ controller }, set) => {
    if (set.metadata.deletionTimestamp === undefined) syncSet(controller, set);
  },
  related: (_simulation, key, event) => (key === '/pods' ? ownerKeys('StatefulSet', event) : []),
};

function syncSet(client: SystemClient, set: KubeObject): void {
  const spec = recordOf(set.spec);
  const update = `${set.metadata.name}-${templateHash(spec.template)}`;
  const current = stringOf(recordOf(set.status).currentRevision) || update;
  ensureRevision(client, set, update);
  const first = numberOf(recordOf(spec.ordinals).start);
  const replicas = numberOf(spec.replicas);
  const pods = new Map(ownedBy(client, '/pods', set).map((pod) => [ordinalOf(pod), pod]));
  step({ client, set, update, current, pods, first, replicas });
  const now = ownedBy(client, '/pods', set);
  writeStatus(client, storageKey, set, statusOf(set, now, { update, current }));
}

interface Work {
  readonly client: SystemClient;
  readonly set: KubeObject;
  readonly update: string;
  readonly current: string;
  readonly pods: ReadonlyMap<number, KubeObject>;
  readonly first: number;
  readonly replicas: number;
}

/** The next pods to create or delete; in order, one at a time, unless the set is `Parallel`. */
function step({ client, set, update, current, pods, first, replicas }: Work): void {
  const spec = recordOf(set.spec);
  const parallel = spec.podManagementPolicy === 'Parallel';
  const partition = numberOf(recordOf(recordOf(spec.updateStrategy).rollingUpdate).partition);
  for (let ordinal = first; ordinal < first + replicas; ordinal += 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) {
      // Below the partition the old template would be wanted; its content is gone with the old spec.
      createPod(client, set, ordinal, ordinal - first < partition ? current : update);
    }
    if (!parallel && (pod === undefined || !isReady(pod) || pod.metadata.deletionTimestamp !== undefined)) return;
  }
  const surplus = [...pods]
    .filter(([ordinal]) => ordinal < first || ordinal >= first + replicas)
    .sort(([a], [b]) => b - a);
  for (const [, pod] of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) client.delete('/pods', pod);
    if (!parallel) return;
  }
  if (recordOf(spec.updateStrategy).type === 'OnDelete') return;
  for (let ordinal = first + replicas - 1; ordinal >= first + partition; ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    if (pod.metadata.labels?.[hashLabel] !== update) {
      client.delete('/pods', pod);
      return;
    }
    if (!isReady(pod)) return;
  }
}

function ordinalOf(pod: KubeObject): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
}

function ensureRevision(client: SystemClient, set: KubeObject, name: string): void {
  const { namespace = '' } = set.metadata;
  if (client.get('apps/controllerrevisions', namespace, name) !== undefined) return;
  client.create('apps/controllerrevisions', {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, namespace, ownerReferences: [controllerReference(set)] },
    data: { spec: { template: recordOf(set.spec).template } },
    revision: ownedBy(client, 'apps/controllerrevisions', set).length + 1,
  });
}

function createPod(client: SystemClient, set: KubeObject, ordinal: number, revision: string): void {
  const { name, namespace = '' } = set.metadata;
  const podName = `${name}-${ordinal}`;
  const claims = listOf(recordOf(set.spec).volumeClaimTemplates).map(recordOf);
  const volumes = claims.map((claim) => {
    const volume = stringOf(recordOf(claim.metadata).name);
    const claimName = `${volume}-${podName}`;
    if (client.get('/persistentvolumeclaims', namespace, claimName) === undefined) {
      const labels = recordOf(recordOf(recordOf(set.spec).selector).matchLabels);
      const metadata = { name: claimName, namespace, labels };
      client.create('/persistentvolumeclaims', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata,
        spec: claim.spec,
      });
    }
    return { name: volume, persistentVolumeClaim: { claimName } };
  });
  const spec = recordOf(recordOf(recordOf(set.spec).template).spec);
  const labels = {
    'statefulset.kubernetes.io/pod-name': podName,
    'apps.kubernetes.io/pod-index': String(ordinal),
    [hashLabel]: revision,
  };
  const own = listOf(spec.volumes).filter(
    (volume) => !volumes.some((claimed) => claimed.name === recordOf(volume).name),
  );
  const all = [...own, ...volumes];
  const extra = { hostname: podName, ...(all.length === 0 ? {} : { volumes: all }) };
  client.create('/pods', podOf(set, recordOf(set.spec).template, { name: podName, labels, spec: extra }));
}

function statusOf(
  set: KubeObject,
  pods: readonly KubeObject[],
  { update, current }: { update: string; current: string },
): JsonRecord {
  const replicas = numberOf(recordOf(set.spec).replicas);
  const active = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const updated = active.filter((pod) => pod.metadata.labels?.[hashLabel] === update);
  const ready = active.filter(isReady);
  const done = updated.length === replicas && active.length === replicas && ready.length === replicas;
  const onCurrent = active.filter((pod) => pod.metadata.labels?.[hashLabel] === (done ? update : current));
  return {
    observedGeneration: set.metadata.generation,
    replicas: active.length,
    readyReplicas: ready.length,
    currentReplicas: onCurrent.length,
    updatedReplicas: updated.length,
    availableReplicas: ready.length,
    currentRevision: done ? update : current,
    updateRevision: update,
    collisionCount: 0,
  };
}

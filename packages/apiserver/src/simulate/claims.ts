import type { KubeObject } from '@sluice/api';
import { quantityNanos } from '../builtin/quantity.ts';
import type { SystemClient } from '../controllers/system-client.ts';
import { at, isRecord, jsonEqual, listOf, recordOf, stringOf } from '../json.ts';
import { writeStatus, type SimulatedKind, type Simulation } from './controller.ts';

const claims = '/persistentvolumeclaims';
const volumes = '/persistentvolumes';
const classes = 'storage.k8s.io/storageclasses';
const claimProtection = 'kubernetes.io/pvc-protection';
const volumeProtection = 'kubernetes.io/pv-protection';

/** Binds claims to volumes, making those that are missing, and lets go of both when nobody needs them. */
export const claimSimulation: SimulatedKind = {
  storageKey: claims,
  sync: ({ controller }, claim) => {
    if (claim.metadata.deletionTimestamp === undefined) bind(controller, claim);
    else releaseClaim(controller, claim);
  },
  related: (simulation, key, { object, type }) => {
    const { namespace = '' } = object.metadata;
    if (key === '/pods') return claimNames(object).map((name) => `${namespace}/${name}`);
    return key === classes || (key === volumes && type === 'ADDED') ? pendingClaims(simulation) : [];
  },
};

export const volumeSimulation: SimulatedKind = {
  storageKey: volumes,
  sync: ({ controller }, volume) => syncVolume(controller, volume),
  related: (_simulation, key, { object, type }) => {
    const name = recordOf(object.spec).volumeName;
    return key === claims && type === 'DELETED' && typeof name === 'string' ? [`/${name}`] : [];
  },
};

function pendingClaims({ controller }: Simulation): string[] {
  const pending = controller.list(claims).filter((claim) => recordOf(claim.status).phase !== 'Bound');
  return pending.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

function claimNames(pod: KubeObject): string[] {
  return listOf(recordOf(pod.spec).volumes)
    .map((volume) => stringOf(at(volume, 'persistentVolumeClaim', 'claimName')))
    .filter((name) => name !== '');
}

function isUsed(client: SystemClient, claim: KubeObject): boolean {
  const { namespace, name } = claim.metadata;
  return client.list('/pods', namespace).some((pod) => claimNames(pod).includes(name));
}

function bind(client: SystemClient, claim: KubeObject): void {
  const spec = recordOf(claim.spec);
  if (recordOf(claim.status).phase === 'Bound') return;
  const volume = findVolume(client, claim) ?? provision(client, claim);
  if (volume === undefined) return;
  const { name, namespace, uid } = claim.metadata;
  const annotations = { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' };
  client.change(volumes, volume.metadata, (draft) => {
    draft.spec = {
      ...recordOf(draft.spec),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
    };
  });
  const bound = client.change(claims, claim.metadata, (draft) => {
    draft.metadata.annotations = { ...recordOf(draft.metadata.annotations), ...annotations };
    draft.spec = { ...recordOf(draft.spec), volumeName: volume.metadata.name };
  });
  if (bound === undefined) return;
  const capacity = recordOf(volume.spec).capacity;
  writeStatus(client, claims, bound, { phase: 'Bound', accessModes: spec.accessModes, capacity });
}

/** The smallest volume that is free and fits. */
function findVolume(client: SystemClient, claim: KubeObject): KubeObject | undefined {
  const spec = recordOf(claim.spec);
  const wanted = quantityNanos(stringOf(at(spec, 'resources', 'requests', 'storage'))) ?? 0n;
  const size = (volume: KubeObject) => quantityNanos(stringOf(at(volume, 'spec', 'capacity', 'storage'))) ?? 0n;
  return client
    .list(volumes)
    .filter((volume) => {
      const own = recordOf(volume.spec);
      const modes = listOf(own.accessModes);
      if (isRecord(own.claimRef) && own.claimRef.uid !== claim.metadata.uid) return false;
      if (typeof spec.volumeName === 'string') return volume.metadata.name === spec.volumeName;
      return (
        stringOf(own.storageClassName) === stringOf(spec.storageClassName) &&
        size(volume) >= wanted &&
        listOf(spec.accessModes).every((mode) => modes.includes(mode))
      );
    })
    .sort((a, b) => (size(a) < size(b) ? -1 : 1))[0];
}

/** Makes a volume by the claim's class; none when the class waits for a pod, or there is none. */
function provision(client: SystemClient, claim: KubeObject): KubeObject | undefined {
  const spec = recordOf(claim.spec);
  const className = stringOf(spec.storageClassName);
  const storageClass = className === '' ? undefined : client.get(classes, '', className);
  if (storageClass === undefined || typeof spec.volumeName === 'string') return undefined;
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !isUsed(client, claim)) return undefined;
  const { uid } = claim.metadata;
  return client.create(volumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: `pvc-${uid}`,
      annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner },
    },
    spec: {
      accessModes: spec.accessModes,
      capacity: { storage: at(spec, 'resources', 'requests', 'storage') },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: className,
      volumeMode: spec.volumeMode,
      hostPath: { path: `/simulated/${uid}` },
    },
  });
}

function releaseClaim(client: SystemClient, claim: KubeObject): void {
  if (isUsed(client, claim)) return;
  dropFinalizer(client, claims, claim, claimProtection);
}

function syncVolume(client: SystemClient, volume: KubeObject): void {
  const reference = recordOf(recordOf(volume.spec).claimRef);
  const claim = client.get(claims, stringOf(reference.namespace), stringOf(reference.name));
  const isBound = claim !== undefined && claim.metadata.uid === reference.uid;
  if (volume.metadata.deletionTimestamp !== undefined) {
    if (!isBound) dropFinalizer(client, volumes, volume, volumeProtection);
    return;
  }
  const phase = isBound ? 'Bound' : reference.uid === undefined ? 'Available' : 'Released';
  const status = recordOf(volume.status);
  if (status.phase !== phase) {
    const lastPhaseTransitionTime = `${client.core.now().toISOString().slice(0, 19)}Z`;
    client.changeStatus(volumes, volume, { ...status, phase, lastPhaseTransitionTime });
  }
  if (phase === 'Released' && recordOf(volume.spec).persistentVolumeReclaimPolicy === 'Delete')
    client.delete(volumes, volume);
}

function dropFinalizer(client: SystemClient, storageKey: string, object: KubeObject, finalizer: string): void {
  const finalizers = object.metadata.finalizers ?? [];
  const left = finalizers.filter((other) => other !== finalizer);
  if (jsonEqual(left, finalizers)) return;
  client.change(storageKey, object.metadata, (draft) => {
    draft.metadata.finalizers = left;
  });
}

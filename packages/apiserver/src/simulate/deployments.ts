import type { KubeObject } from '@sluice/api';
import type { SystemClient } from '../controllers/system-client.ts';
import { jsonEqual, numberOf, recordOf, type JsonRecord } from '../json.ts';
import { controllerReference, ownerKeys, type SimulatedKind, type Simulation } from './controller.ts';
import { reportStatus } from './deployment-status.ts';
import { simulateAnnotation } from './options.ts';
import { countOf, hashLabel, limitsOf, readRollout, sizeOf, sum, type Rollout } from './rollout.ts';
import { templateHash } from './template-hash.ts';

const storageKey = 'apps/deployments';
const setKey = 'apps/replicasets';
const revisionAnnotation = 'deployment.kubernetes.io/revision';

export const deploymentSimulation: SimulatedKind = {
  storageKey,
  sync: (simulation, deployment, later) => {
    if (deployment.metadata.deletionTimestamp === undefined) rollOut(simulation, deployment, later);
  },
  related: (_simulation, key, event) => (key === setKey ? ownerKeys('Deployment', event) : []),
};

function rollOut(simulation: Simulation, deployment: KubeObject, later: (delayMs: number) => void): void {
  const { controller } = simulation;
  const paused = recordOf(deployment.spec).paused === true;
  const before = readRollout(controller, deployment);
  if (!paused && before.current === undefined) createSet(controller, before);
  const rollout = readRollout(controller, deployment);
  if (!paused) markRevision(controller, rollout);
  scale(controller, rollout, paused);
  if (!paused) removeOld(controller, rollout);
  const latest = controller.get(storageKey, deployment.metadata.namespace ?? '', deployment.metadata.name);
  if (latest !== undefined) reportStatus(simulation, readRollout(controller, latest), later);
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0);
}

function createSet(client: SystemClient, { deployment, older }: Rollout): void {
  const spec = recordOf(deployment.spec);
  const template = recordOf(spec.template);
  const hash = templateHash(template);
  const metadata = recordOf(template.metadata);
  const labels = { ...recordOf(metadata.labels), [hashLabel]: hash };
  const selector = recordOf(spec.selector);
  client.create(setKey, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: {
        ...inherited(deployment),
        [revisionAnnotation]: String(Math.max(0, ...older.map(revisionOf)) + 1),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      // A later event of this set starts its pods, within the limits of the rollout.
      replicas: 0,
      ...(spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds }),
      selector: { ...selector, matchLabels: { ...recordOf(selector.matchLabels), [hashLabel]: hash } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  });
}

/** A knob on the Deployment holds for its pods. */
function inherited({ metadata }: KubeObject): JsonRecord {
  const knob = metadata.annotations?.[simulateAnnotation];
  return knob === undefined ? {} : { [simulateAnnotation]: knob };
}

/** Gives the current set the highest revision, and the Deployment the same. */
function markRevision(client: SystemClient, { deployment, current, older }: Rollout): void {
  if (current === undefined) return;
  const highest = Math.max(0, ...older.map(revisionOf));
  const revision = revisionOf(current) > highest ? revisionOf(current) : highest + 1;
  const mark = (key: string, object: KubeObject, subresource = '') => {
    if (revisionOf(object) === revision) return;
    client.change(
      key,
      object.metadata,
      (draft) => {
        draft.metadata.annotations = {
          ...recordOf(draft.metadata.annotations),
          [revisionAnnotation]: String(revision),
        };
      },
      subresource,
    );
  };
  mark(setKey, current);
  // Through /status, where annotations do not move the generation.
  mark(storageKey, deployment, 'status');
}

function scale(client: SystemClient, { deployment, current, older }: Rollout, paused: boolean): void {
  const { replicas, maxSurge, maxUnavailable } = limitsOf(deployment);
  const recreate = recordOf(recordOf(deployment.spec).strategy).type === 'Recreate';
  const running = older.filter((set) => sizeOf(set) > 0 || countOf(set, 'replicas') > 0);
  if (paused && running.length > 0) return;
  if (current === undefined) return;
  if (running.length === 0) {
    setSize(client, deployment, current, replicas);
    return;
  }
  if (recreate) {
    for (const set of running) setSize(client, deployment, set, 0);
    return;
  }
  const total = sizeOf(current) + sum(older, sizeOf);
  const grown = Math.min(replicas, sizeOf(current) + Math.max(replicas + maxSurge - total, 0));
  if (grown !== sizeOf(current)) setSize(client, deployment, current, grown);
  shrinkOld(client, { deployment, current, older: running }, replicas - maxUnavailable);
}

/** Takes pods from old sets as long as enough of all are available; those that are not available go first. */
function shrinkOld(client: SystemClient, { deployment, current, older }: Rollout, minAvailable: number): void {
  const available = countOf(current, 'availableReplicas') + sum(older, (set) => countOf(set, 'availableReplicas'));
  let spare = available - minAvailable;
  for (const set of older) {
    const unhealthy = Math.max(sizeOf(set) - countOf(set, 'availableReplicas'), 0);
    const healthy = Math.min(Math.max(spare, 0), sizeOf(set) - unhealthy);
    spare -= healthy;
    const size = sizeOf(set) - unhealthy - healthy;
    if (size !== sizeOf(set)) setSize(client, deployment, set, size);
  }
}

function setSize(client: SystemClient, deployment: KubeObject, set: KubeObject, size: number): void {
  const { replicas, maxSurge } = limitsOf(deployment);
  const wanted = {
    'deployment.kubernetes.io/desired-replicas': String(replicas),
    'deployment.kubernetes.io/max-replicas': String(replicas + maxSurge),
  };
  const annotations = recordOf(set.metadata.annotations);
  if (sizeOf(set) === size && jsonEqual({ ...annotations, ...wanted }, annotations)) return;
  client.change(setKey, set.metadata, (draft) => {
    draft.metadata.annotations = { ...recordOf(draft.metadata.annotations), ...wanted };
    draft.spec = { ...recordOf(draft.spec), replicas: size };
  });
}

/** Deletes the oldest sets beyond the history limit. */
function removeOld(client: SystemClient, { deployment, older }: Rollout): void {
  const limit = numberOf(recordOf(deployment.spec).revisionHistoryLimit, 10);
  const idle = older.filter((set) => sizeOf(set) === 0 && countOf(set, 'replicas') === 0);
  const surplus = [...idle].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(idle.length - limit, 0));
  for (const set of surplus) client.delete(setKey, set);
}

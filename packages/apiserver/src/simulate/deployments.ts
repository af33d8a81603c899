import type { KubeObject } from '@sluice/api';
import type { SystemClient } from '../controllers/system-client.ts';
import { isRecord, jsonEqual, listOf, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { timestamp } from '../operations/time.ts';
import {
  controllerReference,
  ownedBy,
  ownerKeys,
  writeStatus,
  type SimulatedKind,
  type Simulation,
} from './controller.ts';
import { simulateAnnotation } from './options.ts';
import { templateHash } from './template-hash.ts';

const storageKey = 'apps/deployments';
const setKey = 'apps/replicasets';
const hashLabel = 'pod-template-hash';
const revisionAnnotation = 'deployment.kubernetes.io/revision';

export const deploymentSimulation: SimulatedKind = {
  storageKey,
  sync: (simulation, deployment, later) => {
    if (deployment.metadata.deletionTimestamp === undefined) rollOut(simulation, deployment, later);
  },
  related: (_simulation, key, event) => (key === setKey ? ownerKeys('Deployment', event) : []),
};

/** A Deployment with the ReplicaSets it owns. */
interface Rollout {
  readonly deployment: KubeObject;
  readonly current: KubeObject | undefined;
  readonly older: readonly KubeObject[];
}

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

function readRollout(client: SystemClient, deployment: KubeObject): Rollout {
  const sets = ownedBy(client, setKey, deployment);
  const { template } = recordOf(deployment.spec);
  const current = sets.find((set) => jsonEqual(withoutHash(recordOf(set.spec).template), template));
  return { deployment, current, older: sets.filter((set) => set !== current) };
}

function withoutHash(template: unknown): JsonRecord {
  const { metadata, ...rest } = recordOf(template);
  const { labels, ...others } = recordOf(metadata);
  const { [hashLabel]: _, ...kept } = recordOf(labels);
  return { ...rest, metadata: { ...others, ...(Object.keys(kept).length === 0 ? {} : { labels: kept }) } };
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

interface Limits {
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

function limitsOf(deployment: KubeObject): Limits {
  const spec = recordOf(deployment.spec);
  const replicas = numberOf(spec.replicas);
  const strategy = recordOf(spec.strategy);
  if (strategy.type === 'Recreate') return { replicas, maxSurge: 0, maxUnavailable: replicas };
  const rolling = recordOf(strategy.rollingUpdate);
  const maxSurge = resolve(rolling.maxSurge, replicas, Math.ceil);
  const maxUnavailable = resolve(rolling.maxUnavailable, replicas, Math.floor);
  // With neither there would be no way forward.
  return { replicas, maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

/** A number, or a percentage of `total`. */
function resolve(value: unknown, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  return round((Number.parseInt(stringOf(value), 10) / 100) * total) || 0;
}

function sizeOf(set: KubeObject | undefined): number {
  return numberOf(recordOf(set?.spec).replicas);
}

function countOf(set: KubeObject | undefined, field: string): number {
  return numberOf(recordOf(set?.status)[field]);
}

function sum(sets: readonly KubeObject[], count: (set: KubeObject) => number): number {
  return sets.reduce((total, set) => total + count(set), 0);
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

function reportStatus(simulation: Simulation, rollout: Rollout, later: (delayMs: number) => void): void {
  const { deployment, current, older } = rollout;
  const sets = current === undefined ? older : [current, ...older];
  const { replicas, maxUnavailable } = limitsOf(deployment);
  const counts = {
    replicas: sum(sets, (set) => countOf(set, 'replicas')),
    updatedReplicas: countOf(current, 'replicas'),
    readyReplicas: sum(sets, (set) => countOf(set, 'readyReplicas')),
    availableReplicas: sum(sets, (set) => countOf(set, 'availableReplicas')),
  };
  const old = recordOf(deployment.status);
  const status: JsonRecord = {
    observedGeneration: deployment.metadata.generation,
    ...counts,
    terminatingReplicas: 0,
    unavailableReplicas: Math.max(replicas - counts.availableReplicas, 0),
  };
  const now = simulation.controller.core.now();
  const isAvailable = counts.availableReplicas >= replicas - maxUnavailable;
  const available = isAvailable
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  const oldConditions = listOf(old.conditions).filter(isRecord);
  const progressing = progressOf(simulation, rollout, counts, later);
  status.conditions = [
    withTimes(oldConditions, { type: 'Available', ...available }, now, false),
    ...(progressing === undefined
      ? []
      : [withTimes(oldConditions, { type: 'Progressing', ...progressing }, now, hasMoved(deployment, counts))]),
  ];
  writeStatus(simulation.controller, storageKey, deployment, status);
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

interface Progress {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function progressOf(
  { controller, settings }: Simulation,
  { deployment, current }: Rollout,
  counts: Counts,
  later: (delayMs: number) => void,
): Progress | undefined {
  const spec = recordOf(deployment.spec);
  const deadline = numberOf(spec.progressDeadlineSeconds, 600);
  if (deadline === 2147483647) return undefined;
  if (spec.paused === true) return { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  const name = current?.metadata.name ?? '';
  const replicas = numberOf(spec.replicas);
  const complete = [counts.updatedReplicas, counts.replicas, counts.availableReplicas].every(
    (count) => count === replicas,
  );
  if (complete) {
    return {
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${name}" has successfully progressed.`,
    };
  }
  const conditions = listOf(recordOf(deployment.status).conditions).map(recordOf);
  const before = conditions.find((condition) => condition.type === 'Progressing');
  const moved = hasMoved(deployment, counts);
  const timedOut = {
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `ReplicaSet "${name}" has timed out progressing.`,
  };
  if (before?.reason === 'ProgressDeadlineExceeded' && !moved) return timedOut;
  const since =
    moved || before === undefined ? controller.core.now().getTime() : Date.parse(stringOf(before.lastUpdateTime));
  const left = since + deadline * 1000 * settings.deadlineScale - controller.core.now().getTime();
  if (left <= 0) return timedOut;
  later(left + 5);
  return { status: 'True', reason: 'ReplicaSetUpdated', message: `ReplicaSet "${name}" is progressing.` };
}

/** Whether the rollout came forward since the status was written. */
function hasMoved(deployment: KubeObject, counts: Counts): boolean {
  const old = recordOf(deployment.status);
  return (
    old.observedGeneration !== deployment.metadata.generation ||
    counts.updatedReplicas > numberOf(old.updatedReplicas) ||
    counts.readyReplicas > numberOf(old.readyReplicas) ||
    counts.availableReplicas > numberOf(old.availableReplicas)
  );
}

/** Conditions of Deployments also say when they were last written. */
function withTimes(old: readonly Readonly<JsonRecord>[], next: JsonRecord, now: Date, touch: boolean): JsonRecord {
  const before = old.find((candidate) => candidate.type === next.type);
  const time = timestamp(now);
  if (before === undefined) return { ...next, lastUpdateTime: time, lastTransitionTime: time };
  const same =
    !touch && before.status === next.status && before.reason === next.reason && before.message === next.message;
  return {
    ...next,
    lastUpdateTime: same ? before.lastUpdateTime : time,
    lastTransitionTime: before.status === next.status ? before.lastTransitionTime : time,
  };
}

import type { KubeObject } from '@sluice/api';
import { isRecord, listOf, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { timestamp } from '../operations/time.ts';
import { writeStatus, type Simulation } from './controller.ts';
import { countOf, limitsOf, sum, type Rollout } from './rollout.ts';

/** Writes how far a Deployment is. @param later is told when it has to be looked at again if nothing changes */
export function reportStatus(simulation: Simulation, rollout: Rollout, later: (delayMs: number) => void): void {
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
  writeStatus(simulation.controller, 'apps/deployments', deployment, status);
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

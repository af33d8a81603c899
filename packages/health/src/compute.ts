import { gvkOf, type KubeObject } from '@sluice/api';
import { readConditions } from './conditions.ts';
import { HealthError } from './error.ts';
import { requireInt, requireString } from './fields.ts';
import {
  alwaysReady,
  crdStatus,
  disruptionBudgetStatus,
  podStatus,
  serviceStatus,
  volumeClaimStatus,
} from './kinds.ts';
import { current, failed, inProgress, terminating, type ComputedStatus } from './result.ts';
import { daemonSetStatus, deploymentStatus, jobStatus, replicaSetStatus, statefulSetStatus } from './workloads.ts';

type Rule = (object: KubeObject, now: Date) => ComputedStatus;

/** Rules by group and kind; the version never matters. */
const rules: Readonly<Record<string, Rule>> = {
  '/ConfigMap': alwaysReady,
  '/Secret': alwaysReady,
  'batch/CronJob': alwaysReady,
  '/Service': serviceStatus,
  '/Pod': podStatus,
  '/PersistentVolumeClaim': volumeClaimStatus,
  'apps/Deployment': deploymentStatus,
  'apps/ReplicaSet': replicaSetStatus,
  'apps/DaemonSet': daemonSetStatus,
  'apps/StatefulSet': statefulSetStatus,
  'extensions/Deployment': deploymentStatus,
  'extensions/ReplicaSet': replicaSetStatus,
  'extensions/DaemonSet': daemonSetStatus,
  'policy/PodDisruptionBudget': disruptionBudgetStatus,
  'batch/Job': jobStatus,
  'apiextensions.k8s.io/CustomResourceDefinition': crdStatus,
};

/**
 * How far the cluster has carried out an object, from the object alone, by the rules of kstatus.
 * @param now tells the age of a Pod without a node
 * @throws HealthError when the object has a shape that allows no answer
 */
export function computeStatus(object: KubeObject, now: Date): ComputedStatus {
  const { group, kind } = gvkOf(object);
  const rule = rules[`${group}/${kind}`];
  return commonStatus(object) ?? rule?.(object, now) ?? readyStatus(object) ?? current('Resource is current');
}

/** What holds for all kinds and decides before their own rules. */
function commonStatus(object: KubeObject): ComputedStatus | undefined {
  const deletedAt = explain('metadata.deletionTimestamp', () => requireString(object, 'metadata.deletionTimestamp'));
  if (deletedAt !== undefined && deletedAt !== '') return terminating('Resource scheduled for deletion');
  return generationStatus(object) ?? standardConditionStatus(object);
}

function generationStatus(object: KubeObject): ComputedStatus | undefined {
  const generation = explain('metadata.generation', () => requireInt(object, 'metadata.generation'));
  if (generation === undefined) return undefined;
  const observed = explain('status.observedGeneration', () => requireInt(object, 'status.observedGeneration'));
  if (observed === undefined || observed === generation) return undefined;
  const message = `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`;
  return inProgress('LatestGenerationNotObserved', message);
}

/** Of `Reconciling` and `Stalled` the first in the list decides. */
function standardConditionStatus(object: KubeObject): ComputedStatus | undefined {
  const decisive = readConditions(object).find(
    ({ type, status }) => status === 'True' && (type === 'Reconciling' || type === 'Stalled'),
  );
  if (decisive === undefined) return undefined;
  const { type, reason, message } = decisive;
  return type === 'Stalled' ? failed(reason, message) : inProgress(reason, message);
}

/** A condition `Ready` with a status that is none of the three is passed over. */
function readyStatus(object: KubeObject): ComputedStatus | undefined {
  const ready = readConditions(object).find(
    ({ type, status }) => type === 'Ready' && ['True', 'False', 'Unknown'].includes(status),
  );
  if (ready === undefined) return undefined;
  return ready.status === 'True' ? current('Resource is Ready') : inProgress(ready.reason, ready.message);
}

function explain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof HealthError)) throw cause;
    throw new HealthError(`looking up ${path} from resource: ${cause.message}`, { cause });
  }
}

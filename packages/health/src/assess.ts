import { gvkOf, type KubeObject } from '@sluice/api';
import { computeStatus } from './compute.ts';
import { HealthError } from './error.ts';
import { boolField, intField, requireRecord, stringField } from './fields.ts';
import { current, inProgress, type ComputedStatus } from './result.ts';
import { parseSelector } from './selector.ts';
import { endOfJob, runningJob } from './workloads.ts';

export type HealthStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** How an object fares. With `Unknown` the message says why it cannot be told. */
export type Health = { readonly status: HealthStatus; readonly message: string };

export type HealthContext = {
  readonly now: Date;
  /** Pods of the object's namespace, for kinds of which `needsPods` is true. */
  readonly pods?: readonly KubeObject[];
  /**
   * Rules of the user, such as those of `compileHealthExpressions`: they come before ours where they return something,
   * except for Jobs.
   */
  readonly custom?: (object: KubeObject) => Health | undefined;
};

/** Whether the health of such an object depends on its Pods, which the caller then has to list. */
export function needsPods(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  const { group, kind } = gvkOf(object);
  return group === 'apps' && (kind === 'StatefulSet' || kind === 'ReplicaSet');
}

/**
 * The health of an object as a health check sees it: by the rules of kstatus, but Jobs have to complete, and a
 * StatefulSet or ReplicaSet in progress fails with its Pods.
 * @param object `undefined` when the cluster has no such object
 */
export function assessHealth(object: KubeObject | undefined, context: HealthContext): Health {
  if (object === undefined) return { status: 'NotFound', message: 'Resource not found' };
  try {
    const { group, kind } = gvkOf(object);
    if (group === 'batch' && kind === 'Job') return health(jobHealth(object));
    const custom = context.custom?.(object);
    if (custom !== undefined) return custom;
    return podOwnerHealth(object, context) ?? health(computeStatus(object, context.now));
  } catch (error) {
    if (error instanceof HealthError) return { status: 'Unknown', message: error.message };
    throw error;
  }
}

function health({ status, message }: ComputedStatus): Health {
  return { status, message };
}

/** Nothing but its end decides about a Job: not even that it is being deleted. */
function jobHealth(job: KubeObject): ComputedStatus {
  if (boolField(job, 'spec.suspend')) return current('Job is suspended');
  const ended = endOfJob(job);
  if (ended !== undefined) return ended;
  if (stringField(job, 'status.startTime', '') !== '') return inProgress('JobInProgress', runningJob(job));
  return inProgress('JobNotStarted', `Job not started. active: 0/${intField(job, 'spec.parallelism', 1)}`);
}

/** @returns `undefined` for kinds that own no Pods, and when the Pods change nothing */
function podOwnerHealth(object: KubeObject, { now, pods = [] }: HealthContext): Health | undefined {
  const { group, kind } = gvkOf(object);
  if (group !== 'apps' || !['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind)) return undefined;
  const selector = requireRecord(object, 'spec.selector');
  if (selector === undefined) throw new HealthError('no selector found');
  const selects = parseSelector(selector);
  if (!needsPods(object) || computeStatus(object, now).status !== 'InProgress') return undefined;
  const own = pods.filter(
    ({ metadata }) => metadata.namespace === object.metadata.namespace && selects(metadata.labels ?? {}),
  );
  const failures = own.filter((pod) => hasFailed(pod, now)).length;
  return failures === 0 ? undefined : { status: 'Failed', message: `${failures} pods have failed` };
}

/** A Pod that finds no node may find one later, so it does not make its owner fail. */
function hasFailed(pod: KubeObject, now: Date): boolean {
  try {
    const { status, conditions } = computeStatus(pod, now);
    return status === 'Failed' && conditions.every(({ reason }) => reason !== 'PodUnschedulable');
  } catch (error) {
    if (error instanceof HealthError) return false;
    throw error;
  }
}

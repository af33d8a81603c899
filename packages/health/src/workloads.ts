import type { KubeObject } from '@sluice/api';
import { readConditions } from './conditions.ts';
import { boolField, intField, requireInt, stringField } from './fields.ts';
import { current, failed, inProgress, type ComputedStatus } from './result.ts';

/** Given to a Deployment's deadline it means none; what is not set means the same. */
const noDeadline = 2 ** 31 - 1;

export function deploymentStatus(deployment: KubeObject): ComputedStatus {
  const conditions = readConditions(deployment);
  const exceeded = conditions.find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
  if (exceeded !== undefined) return failed(exceeded.reason, 'Progress deadline exceeded', exceeded.message);

  const wanted = intField(deployment, 'spec.replicas', 1);
  const replicas = intField(deployment, 'status.replicas', 0);
  const updated = intField(deployment, 'status.updatedReplicas', 0);
  const available = intField(deployment, 'status.availableReplicas', 0);
  const ready = intField(deployment, 'status.readyReplicas', 0);
  const behind =
    fewer('Replicas', replicas, wanted) ??
    fewer('Updated', updated, wanted) ??
    extraPods(replicas, wanted) ??
    fewer('Available', available, updated) ??
    fewer('Ready', ready, wanted);
  if (behind !== undefined) return behind;

  const isDone =
    intField(deployment, 'spec.progressDeadlineSeconds', noDeadline) === noDeadline ||
    conditions.some(
      ({ type, status, reason }) => type === 'Progressing' && status === 'True' && reason === 'NewReplicaSetAvailable',
    );
  if (!isDone) return inProgress('ReplicaSetNotAvailable', 'ReplicaSet not Available');
  const isAvailable = conditions.some(({ type, status }) => type === 'Available' && status === 'True');
  if (!isAvailable) return inProgress('DeploymentNotAvailable', 'Deployment not Available');
  return current(`Deployment is available. Replicas: ${replicas}`);
}

export function replicaSetStatus(replicaSet: KubeObject): ComputedStatus {
  const failing = readConditions(replicaSet).some(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (failing) return inProgress('ReplicaFailure', 'Replica Failure condition. Check Pods');
  const wanted = intField(replicaSet, 'spec.replicas', 1);
  const replicas = intField(replicaSet, 'status.replicas', 0);
  return (
    fewer('Labelled', intField(replicaSet, 'status.fullyLabeledReplicas', 0), wanted) ??
    fewer('Available', intField(replicaSet, 'status.availableReplicas', 0), wanted) ??
    fewer('Ready', intField(replicaSet, 'status.readyReplicas', 0), wanted) ??
    extraPods(replicas, wanted) ??
    current(`ReplicaSet is available. Replicas: ${replicas}`)
  );
}

export function statefulSetStatus(statefulSet: KubeObject): ComputedStatus {
  if (stringField(statefulSet, 'spec.updateStrategy.type', '') === 'OnDelete') {
    return current('StatefulSet is using the ondelete update strategy');
  }
  const wanted = intField(statefulSet, 'spec.replicas', 1);
  const replicas = intField(statefulSet, 'status.replicas', 0);
  return (
    fewer('Replicas', replicas, wanted) ??
    fewer('Ready', intField(statefulSet, 'status.readyReplicas', 0), wanted) ??
    extraPods(replicas, wanted) ??
    partitionStatus(statefulSet, wanted) ??
    revisionStatus(statefulSet, wanted) ??
    current(`All replicas scheduled as expected. Replicas: ${replicas}`)
  );
}

export function daemonSetStatus(daemonSet: KubeObject): ComputedStatus {
  if (requireInt(daemonSet, 'metadata.generation') === undefined) {
    return inProgress('NoGeneration', `${daemonSet.kind} metadata.generation not found`);
  }
  if (requireInt(daemonSet, 'status.observedGeneration') === undefined) {
    return inProgress('NoObservedGeneration', `${daemonSet.kind} status.observedGeneration not found`);
  }
  const wanted = intField(daemonSet, 'status.desiredNumberScheduled', -1);
  if (wanted === -1) return inProgress('NoDesiredNumber', 'Missing .status.desiredNumberScheduled');
  return (
    fewer('Current', intField(daemonSet, 'status.currentNumberScheduled', 0), wanted) ??
    fewer('Updated', intField(daemonSet, 'status.updatedNumberScheduled', 0), wanted) ??
    fewer('Available', intField(daemonSet, 'status.numberAvailable', 0), wanted) ??
    fewer('Ready', intField(daemonSet, 'status.numberReady', 0), wanted) ??
    current(`All replicas scheduled as expected. Replicas: ${wanted}`)
  );
}

/** While a Job runs it counts as current: its controller has done its part. Flux waits for the end, see `jobHealth`. */
export function jobStatus(job: KubeObject): ComputedStatus {
  const ended = endOfJob(job);
  if (ended !== undefined) return ended;
  if (stringField(job, 'status.startTime', '') === '') return inProgress('JobNotStarted', 'Job not started');
  return current(runningJob(job));
}

/** Completed, failed, or told to pause and pausing; `undefined` for a Job that goes on. */
export function endOfJob(job: KubeObject): ComputedStatus | undefined {
  const completions = intField(job, 'spec.completions', intField(job, 'spec.parallelism', 1));
  for (const { type } of readConditions(job).filter(({ status }) => status === 'True')) {
    if (type === 'Complete') {
      return current(`Job Completed. succeeded: ${intField(job, 'status.succeeded', 0)}/${completions}`);
    }
    if (type === 'Failed') {
      return failed('JobFailed', `Job Failed. failed: ${intField(job, 'status.failed', 0)}/${completions}`);
    }
    if (type === 'Suspended' && boolField(job, 'spec.suspend')) return current('Job is suspended');
  }
  return undefined;
}

export function runningJob(job: KubeObject): string {
  const count = (name: string) => intField(job, `status.${name}`, 0);
  return `Job in progress. success:${count('succeeded')}, active: ${count('active')}, failed: ${count('failed')}`;
}

function fewer(what: string, count: number, wanted: number): ComputedStatus | undefined {
  return count < wanted ? inProgress(`Less${what}`, `${what}: ${count}/${wanted}`) : undefined;
}

function extraPods(count: number, wanted: number): ComputedStatus | undefined {
  return count > wanted ? inProgress('ExtraPods', `Pending termination: ${count - wanted}`) : undefined;
}

/** With a partition only the Pods from that number on are updated, and revisions may differ for ever. */
function partitionStatus(statefulSet: KubeObject, replicas: number): ComputedStatus | undefined {
  const partition = intField(statefulSet, 'spec.updateStrategy.rollingUpdate.partition', -1);
  if (partition === -1) return undefined;
  const updated = intField(statefulSet, 'status.updatedReplicas', 0);
  const wanted = replicas - partition;
  if (updated < wanted) return inProgress('PartitionRollout', `updated: ${updated}/${wanted}`);
  return current(`Partition rollout complete. updated: ${updated}`);
}

function revisionStatus(statefulSet: KubeObject, wanted: number): ComputedStatus | undefined {
  const count = intField(statefulSet, 'status.currentReplicas', 0);
  if (count < wanted) return inProgress('LessCurrent', `current: ${count}/${wanted}`);
  const now = stringField(statefulSet, 'status.currentRevision', '');
  const next = stringField(statefulSet, 'status.updateRevision', '');
  return now === next ? undefined : inProgress('RevisionMismatch', 'Waiting for updated revision to match current');
}

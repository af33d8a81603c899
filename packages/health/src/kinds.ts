import type { KubeObject } from '@sluice/api';
import { findWithStatus, readConditions } from './conditions.ts';
import { HealthError } from './error.ts';
import { isRecord, requireList, stringField } from './fields.ts';
import { current, failed, inProgress, type ComputedStatus } from './result.ts';

/** How long a Pod may wait for a node before that counts as a failure. */
const scheduleWindowMs = 15_000;

export function alwaysReady(): ComputedStatus {
  return current('Resource is always ready');
}

export function disruptionBudgetStatus(): ComputedStatus {
  return current('AllowedDisruptions has been computed.');
}

export function serviceStatus(service: KubeObject): ComputedStatus {
  const needsAddress = stringField(service, 'spec.type', 'ClusterIP') === 'LoadBalancer';
  if (needsAddress && stringField(service, 'spec.clusterIP', '') === '') {
    return inProgress('NoIPAssigned', 'ClusterIP not set. Service type: LoadBalancer');
  }
  return current('Service is ready');
}

export function volumeClaimStatus(claim: KubeObject): ComputedStatus {
  const phase = stringField(claim, 'status.phase', 'unknown');
  return phase === 'Bound' ? current('PVC is Bound') : inProgress('NotBound', `PVC is not Bound. phase: ${phase}`);
}

export function crdStatus(crd: KubeObject): ComputedStatus {
  for (const { type, status, reason, message } of readConditions(crd)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(reason, message);
    if (type !== 'Established') continue;
    if (status === 'True') return current('CRD is established');
    if (status === 'False' && reason !== 'Installing') return failed(reason, message);
  }
  return inProgress('Installing', 'Install in progress');
}

export function podStatus(pod: KubeObject, now: Date): ComputedStatus {
  const conditions = readConditions(pod);
  const phase = stringField(pod, 'status.phase', '');
  switch (phase) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return current('Pod has completed, but not successfully');
    case 'Running': {
      if (findWithStatus(conditions, 'Ready', 'True') !== undefined) return current('Pod is Ready');
      const looping = crashLoopingContainers(pod);
      if (looping.length === 0) return inProgress('PodRunningNotReady', 'Pod is running but is not Ready');
      return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${looping.join(',')}`);
    }
    case 'Pending':
      if (findWithStatus(conditions, 'PodScheduled', 'False')?.reason !== 'Unschedulable') {
        return inProgress('PodPending', 'Pod is in the Pending phase');
      }
      return isYoung(pod, now)
        ? inProgress('PodNotScheduled', 'Pod has not been scheduled')
        : failed('PodUnschedulable', 'Pod could not be scheduled');
    case '':
      return inProgress('PodNotObserved', 'Pod phase not available');
    default:
      throw new HealthError(`unknown phase ${phase}`);
  }
}

function crashLoopingContainers(pod: KubeObject): string[] {
  return (requireList(pod, 'status.containerStatuses') ?? []).flatMap((container) => {
    const name = member(container, 'name');
    const reason = member(member(member(container, 'state'), 'waiting'), 'reason');
    return typeof name === 'string' && reason === 'CrashLoopBackOff' ? [name] : [];
  });
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** A Pod without a time of creation is an old one. */
function isYoung(pod: KubeObject, now: Date): boolean {
  return now.getTime() - scheduleWindowMs < Date.parse(stringField(pod, 'metadata.creationTimestamp', ''));
}

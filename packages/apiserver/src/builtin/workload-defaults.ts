import { isRecord, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { ensureRecord, fill, recordAt, recordsAt } from './fill.ts';
import { defaultPodTemplate } from './pod-defaults.ts';

function specOf(object: Draft): JsonRecord {
  return ensureRecord(object, 'spec');
}

/** Numbers whose zero counts as given. */
function fillNumber(record: JsonRecord, key: string, value: number): void {
  if (record[key] === undefined) record[key] = value;
}

export function defaultDeployment(object: Draft): void {
  const spec = specOf(object);
  fillNumber(spec, 'replicas', 1);
  fillNumber(spec, 'revisionHistoryLimit', 10);
  fillNumber(spec, 'progressDeadlineSeconds', 600);
  const strategy = ensureRecord(spec, 'strategy');
  fill(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureRecord(strategy, 'rollingUpdate');
    if (rolling.maxUnavailable === undefined) rolling.maxUnavailable = '25%';
    if (rolling.maxSurge === undefined) rolling.maxSurge = '25%';
  }
  defaultPodTemplate(spec);
}

export function defaultReplicaSet(object: Draft): void {
  const spec = specOf(object);
  fillNumber(spec, 'replicas', 1);
  defaultPodTemplate(spec);
}

export function defaultReplicationController(object: Draft): void {
  const spec = specOf(object);
  fillNumber(spec, 'replicas', 1);
  const labels = recordAt(recordAt(recordAt(spec, 'template') ?? {}, 'metadata') ?? {}, 'labels');
  if (labels !== undefined) {
    if (spec.selector === undefined) spec.selector = { ...labels };
    if (object.metadata.labels === undefined) object.metadata.labels = { ...labels };
  }
  defaultPodTemplate(spec);
}

export function defaultStatefulSet(object: Draft): void {
  const spec = specOf(object);
  fill(spec, 'podManagementPolicy', 'OrderedReady');
  fillNumber(spec, 'replicas', 1);
  fillNumber(spec, 'revisionHistoryLimit', 10);
  const strategy = ensureRecord(spec, 'updateStrategy');
  if (strategy.type === undefined || strategy.type === '') {
    strategy.type = 'RollingUpdate';
    ensureRecord(strategy, 'rollingUpdate');
  }
  const rolling = recordAt(strategy, 'rollingUpdate');
  if (strategy.type === 'RollingUpdate' && rolling !== undefined) fillNumber(rolling, 'partition', 0);
  const retention = ensureRecord(spec, 'persistentVolumeClaimRetentionPolicy');
  fill(retention, 'whenDeleted', 'Retain');
  fill(retention, 'whenScaled', 'Retain');
  for (const claim of recordsAt(spec, 'volumeClaimTemplates')) {
    fill(claim, 'apiVersion', 'v1');
    fill(claim, 'kind', 'PersistentVolumeClaim');
    fill(ensureRecord(claim, 'spec'), 'volumeMode', 'Filesystem');
    fill(ensureRecord(claim, 'status'), 'phase', 'Pending');
  }
  defaultPodTemplate(spec);
}

export function defaultDaemonSet(object: Draft): void {
  const spec = specOf(object);
  fillNumber(spec, 'revisionHistoryLimit', 10);
  const strategy = ensureRecord(spec, 'updateStrategy');
  fill(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureRecord(strategy, 'rollingUpdate');
    if (rolling.maxUnavailable === undefined) rolling.maxUnavailable = 1;
    if (rolling.maxSurge === undefined) rolling.maxSurge = 0;
  }
  defaultPodTemplate(spec);
}

export function defaultJob(object: Draft): void {
  const spec = specOf(object);
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
    spec.parallelism = 1;
  }
  fillNumber(spec, 'parallelism', 1);
  fillNumber(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : 2147483647);
  fill(spec, 'completionMode', 'NonIndexed');
  fill(spec, 'suspend', false);
  fill(spec, 'podReplacementPolicy', spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed');
  fill(spec, 'manualSelector', false);
  for (const rule of recordsAt(recordAt(spec, 'podFailurePolicy') ?? {}, 'rules')) {
    for (const pattern of recordsAt(rule, 'onPodConditions')) fill(pattern, 'status', 'True');
  }
  const labels = recordAt(recordAt(recordAt(spec, 'template') ?? {}, 'metadata') ?? {}, 'labels');
  if (labels !== undefined && object.metadata.labels === undefined) object.metadata.labels = { ...labels };
  defaultPodTemplate(spec);
}

const jobLabels = ['controller-uid', 'job-name'];

/** Gives a new Job the selector that finds its own pods only. */
export function selectOwnPods(object: Draft): void {
  const spec = specOf(object);
  if (spec.manualSelector === true) return;
  const uid = object.metadata.uid;
  const labels = ensureRecord(ensureRecord(ensureRecord(spec, 'template'), 'metadata'), 'labels');
  for (const [index, value] of [uid, object.metadata.name].entries()) {
    labels[`batch.kubernetes.io/${jobLabels[index]}`] = value;
    labels[jobLabels[index] ?? ''] = value;
  }
  const selector = isRecord(spec.selector) ? spec.selector : {};
  spec.selector = {
    ...selector,
    matchLabels: { ...recordAt(selector, 'matchLabels'), 'batch.kubernetes.io/controller-uid': uid },
  };
}

export function defaultCronJob(object: Draft): void {
  const spec = specOf(object);
  fill(spec, 'concurrencyPolicy', 'Allow');
  fill(spec, 'suspend', false);
  fillNumber(spec, 'successfulJobsHistoryLimit', 3);
  fillNumber(spec, 'failedJobsHistoryLimit', 1);
  const template = recordAt(spec, 'jobTemplate');
  const job = template === undefined ? undefined : recordAt(template, 'spec');
  if (job !== undefined) defaultPodTemplate(job);
}

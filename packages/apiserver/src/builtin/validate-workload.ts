import type { KubeObject } from '@sluice/api';
import { forbiddenField, immutable, invalidValue, notSupported, required, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { validateLabels } from '../validate/metadata.ts';
import { selects, validateLabelSelector } from './label-selector.ts';
import { validatePodSpec } from './validate-pod.ts';

type Source = Readonly<JsonRecord>;

export function validateDeployment(object: KubeObject): FieldError[] {
  const strategy = recordOf(recordOf(object.spec).strategy);
  const errors = validateController(object, 'deployment', ['Always']);
  if (strategy.type === 'Recreate' && strategy.rollingUpdate !== undefined) {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    errors.push(forbiddenField('spec.strategy.rollingUpdate', why));
  }
  return errors;
}

export function validateReplicaSet(object: KubeObject): FieldError[] {
  return validateController(object, 'replicaset', ['Always']);
}

export function validateStatefulSet(object: KubeObject): FieldError[] {
  return validateController(object, 'statefulset', ['Always']);
}

export function validateDaemonSet(object: KubeObject): FieldError[] {
  return validateController(object, 'daemonset', ['Always']);
}

function validateController(object: KubeObject, kind: string, restartPolicies: readonly string[]): FieldError[] {
  const spec = recordOf(object.spec);
  const template = recordOf(spec.template);
  return [
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateOwnSelector(spec, template, kind),
    ...validateTemplate(template, 'spec.template'),
    ...validateRestartPolicy(template, restartPolicies),
  ];
}

function validateOwnSelector(spec: Source, template: Source, kind: string): FieldError[] {
  const { selector } = spec;
  if (!isRecord(selector)) return [required('spec.selector')];
  const errors = validateLabelSelector(selector, 'spec.selector');
  const isEmpty =
    Object.keys(recordOf(selector.matchLabels)).length === 0 && listOf(selector.matchExpressions).length === 0;
  if (isEmpty) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
  const labels = recordOf(recordOf(template.metadata).labels);
  if (errors.length === 0 && !selects(selector, labels)) {
    const why = '`selector` does not match template `labels`';
    errors.push(invalidValue('spec.template.metadata.labels', labels, why));
  }
  return errors;
}

function validateTemplate(template: Source, path: string): FieldError[] {
  const labels = recordOf(recordOf(template.metadata).labels) as Record<string, string>;
  return [...validateLabels(labels, `${path}.labels`), ...validatePodSpec(recordOf(template.spec), `${path}.spec`)];
}

function validateRestartPolicy(template: Source, supported: readonly string[]): FieldError[] {
  const policy = stringOf(recordOf(template.spec).restartPolicy);
  return supported.includes(policy) ? [] : [notSupported('spec.template.spec.restartPolicy', policy, supported)];
}

export function nonNegative(value: unknown, field: string): FieldError[] {
  return typeof value === 'number' && value < 0
    ? [invalidValue(field, value, 'must be greater than or equal to 0')]
    : [];
}

export function validateSelectorUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const selector = recordOf(object.spec).selector;
  return jsonEqual(selector, recordOf(old.spec).selector) ? [] : [immutable('spec.selector', selector)];
}

const mutableStatefulSetFields = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function validateStatefulSetUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const fixed = (spec: unknown) =>
    Object.fromEntries(Object.entries(recordOf(spec)).filter(([key]) => !mutableStatefulSetFields.includes(key)));
  if (jsonEqual(fixed(object.spec), fixed(old.spec))) return [];
  const quoted = mutableStatefulSetFields.map((field) => `'${field}'`);
  const list = `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
  return [forbiddenField('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)];
}

export function validateJob(object: KubeObject): FieldError[] {
  const spec = recordOf(object.spec);
  const template = recordOf(spec.template);
  return [
    ...nonNegative(spec.completions, 'spec.completions'),
    ...nonNegative(spec.parallelism, 'spec.parallelism'),
    ...nonNegative(spec.backoffLimit, 'spec.backoffLimit'),
    ...validateTemplate(template, 'spec.template'),
    ...validateJobRestartPolicy(template, 'spec.template'),
  ];
}

function validateJobRestartPolicy(template: Source, path: string): FieldError[] {
  const policy = recordOf(template.spec).restartPolicy;
  if (policy === 'OnFailure' || policy === 'Never') return [];
  const field = `${path}.spec.restartPolicy`;
  return [required(field, 'valid values: "OnFailure", "Never"')];
}

const immutableJobFields = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'selector', 'completions'];
/** What may still change in the template of a suspended Job that never started. */
const schedulingFields = ['nodeSelector', 'tolerations', 'affinity', 'schedulingGates'];

export function validateJobUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [recordOf(object.spec), recordOf(old.spec)];
  const errors = immutableJobFields
    .filter((key) => !jsonEqual(spec[key], before[key]))
    .filter((key) => key !== 'completions' || !isElastic(spec))
    .map((key) => immutable(`spec.${key}`, spec[key] ?? null));
  const mayReschedule = before.suspend === true && recordOf(old.status).startTime === undefined;
  const fixed = (template: unknown) => (mayReschedule ? withoutScheduling(recordOf(template)) : template);
  if (!jsonEqual(fixed(spec.template), fixed(before.template))) errors.push(immutable('spec.template', spec.template));
  return errors;
}

/** An indexed Job may be resized when both numbers stay equal. */
function isElastic(spec: Source): boolean {
  return spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
}

function withoutScheduling(template: Source): JsonRecord {
  const spec = Object.fromEntries(
    Object.entries(recordOf(template.spec)).filter(([key]) => !schedulingFields.includes(key)),
  );
  return { ...template, metadata: undefined, spec };
}

export function validateCronJob(object: KubeObject): FieldError[] {
  const spec = recordOf(object.spec);
  const template = recordOf(recordOf(recordOf(spec.jobTemplate).spec).template);
  const path = 'spec.jobTemplate.spec.template';
  return [
    ...validateSchedule(stringOf(spec.schedule)),
    ...validateTemplate(template, path),
    ...validateJobRestartPolicy(template, path),
  ];
}

function validateSchedule(schedule: string): FieldError[] {
  if (schedule === '') return [required('spec.schedule')];
  if (schedule.startsWith('@')) return [];
  const fields = schedule.trim().split(/\s+/);
  if (fields.length === 5) return [];
  const why = `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  return [invalidValue('spec.schedule', schedule, why)];
}

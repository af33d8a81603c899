import type { KubeObject } from '@sluice/api';
import {
  duplicate,
  forbiddenField,
  immutable,
  invalidValue,
  notSupported,
  required,
  valueNotFound,
  type FieldError,
} from '../errors.ts';
import { isRecord, jsonEqual, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { validateLabels } from '../validate/metadata.ts';
import { subdomainProblems } from '../validate/names.ts';
import { validateLabelSelector } from './validate-selector.ts';

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

/** Whether a label selector matches labels. */
export function selects(selector: Source, labels: Source): boolean {
  const pairs = Object.entries(recordOf(selector.matchLabels)).every(([key, value]) => labels[key] === value);
  const terms = listOf(selector.matchExpressions).map(recordOf);
  return (
    pairs && terms.every(({ key, operator, values }) => matchesTerm(labels[stringOf(key)], operator, listOf(values)))
  );
}

function matchesTerm(value: unknown, operator: unknown, values: readonly unknown[]): boolean {
  switch (operator) {
    case 'In':
      return values.includes(value);
    case 'NotIn':
      return !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
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

/** The parts of a pod spec that a mistake in a manifest is likely to touch. */
export function validatePodSpec(spec: Source, path: string): FieldError[] {
  const volumes = listOf(spec.volumes).map(recordOf);
  const volumeNames = new Set(volumes.map((volume) => stringOf(volume.name)));
  const errors = volumes.flatMap((volume, index) => validateVolume(volume, `${path}.volumes[${index}]`));
  const containers = listOf(spec.containers).map(recordOf);
  if (containers.length === 0) errors.push(required(`${path}.containers`));
  const seen = new Set<string>();
  for (const [list, items] of [
    ['initContainers', listOf(spec.initContainers).map(recordOf)],
    ['containers', containers],
  ] as const) {
    for (const [index, container] of items.entries()) {
      const at = `${path}.${list}[${index}]`;
      const name = stringOf(container.name);
      if (name !== '' && seen.has(name)) errors.push(duplicate(`${at}.name`, name));
      seen.add(name);
      errors.push(...validateContainer(container, at, volumeNames));
    }
  }
  return [...errors, ...validateTolerations(spec, path), ...validateHostAliases(spec, path)];
}

function validateTolerations(spec: Source, path: string): FieldError[] {
  return listOf(spec.tolerations).flatMap((toleration, index) => {
    const { key, operator } = recordOf(toleration);
    if (stringOf(key) !== '' || operator === 'Exists') return [];
    const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    return [invalidValue(`${path}.tolerations[${index}].operator`, stringOf(operator), why)];
  });
}

function validateHostAliases(spec: Source, path: string): FieldError[] {
  return listOf(spec.hostAliases).flatMap((alias, a) =>
    listOf(recordOf(alias).hostnames).flatMap((name, n) =>
      subdomainProblems(stringOf(name)).map((problem) =>
        invalidValue(`${path}.hostAliases[${a}].hostnames[${n}]`, name, problem),
      ),
    ),
  );
}

function validateVolume(volume: Source, path: string): FieldError[] {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  const errors = stringOf(volume.name) === '' ? [required(`${path}.name`)] : [];
  for (const source of sources.slice(1)) {
    errors.push(forbiddenField(`${path}.${source}`, 'may not specify more than 1 volume type'));
  }
  return errors;
}

function validateContainer(container: Source, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (stringOf(container.name) === '') errors.push(required(`${path}.name`));
  if (stringOf(container.image) === '') errors.push(required(`${path}.image`));
  for (const [index, port] of listOf(container.ports).map(recordOf).entries()) {
    errors.push(...validatePort(port.containerPort, `${path}.ports[${index}].containerPort`));
  }
  for (const [index, mount] of listOf(container.volumeMounts).map(recordOf).entries()) {
    const name = stringOf(mount.name);
    const at = `${path}.volumeMounts[${index}]`;
    if (name === '') errors.push(required(`${at}.name`));
    else if (!volumes.has(name)) errors.push(valueNotFound(`${at}.name`, name));
    if (stringOf(mount.mountPath) === '') errors.push(required(`${at}.mountPath`));
  }
  for (const [index, variable] of listOf(container.env).map(recordOf).entries()) {
    if (stringOf(variable.name) === '') errors.push(required(`${path}.env[${index}].name`));
  }
  return errors;
}

export function validatePort(port: unknown, field: string): FieldError[] {
  if (port === undefined || port === 0) return [required(field)];
  if (typeof port === 'number' && port >= 1 && port <= 65535) return [];
  return [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
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

export function validatePod(object: KubeObject): FieldError[] {
  return validatePodSpec(recordOf(object.spec), 'spec');
}

export function validatePodUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  if (jsonEqual(fixedPodSpec(object.spec), fixedPodSpec(old.spec))) return [];
  const why =
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [forbiddenField('spec', why)];
}

function fixedPodSpec(spec: unknown): JsonRecord {
  const withoutImage = (list: unknown) =>
    listOf(list).map((container) => ({ ...recordOf(container), image: undefined }));
  const source = recordOf(spec);
  return {
    ...source,
    containers: withoutImage(source.containers),
    initContainers: withoutImage(source.initContainers),
    activeDeadlineSeconds: undefined,
    tolerations: undefined,
    // The scheduler sets it once, through the binding.
    nodeName: undefined,
  };
}

/** `Guaranteed`, `Burstable` or `BestEffort`. */
export function qosClass(object: Draft): string {
  const spec = recordOf(object.spec);
  const resources = [...listOf(spec.containers), ...listOf(spec.initContainers)].map((c) =>
    recordOf(recordOf(c).resources),
  );
  const parts = (list: Source) => [recordOf(list.requests), recordOf(list.limits)] as const;
  if (resources.every((list) => parts(list).every((part) => part.cpu === undefined && part.memory === undefined))) {
    return 'BestEffort';
  }
  const guaranteed = resources.every((list) => {
    const [requests, limits] = parts(list);
    return ['cpu', 'memory'].every(
      (key) => limits[key] !== undefined && jsonEqual(limits[key], requests[key] ?? limits[key]),
    );
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

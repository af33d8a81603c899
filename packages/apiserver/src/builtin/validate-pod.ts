import type { KubeObject } from '@sluice/api';
import { duplicate, forbiddenField, invalidValue, required, valueNotFound, type FieldError } from '../errors.ts';
import { jsonEqual, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { subdomainProblems } from '../validate/names.ts';

type Source = Readonly<JsonRecord>;

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

import type { KubeObject } from '@sluice/api';
import { forbiddenField, immutable, invalidValue, required, tooLong, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual, listOf, stringOf } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { labelKeyProblems, labelValueProblems, pathSegmentProblems } from './names.ts';

const maxAnnotationBytes = 262_144;
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Checks the metadata of an object about to be stored. Names were completed before. */
export function validateMetadata(resource: Resource, object: KubeObject): FieldError[] {
  const { metadata } = object;
  return [
    ...validateName(resource, object),
    ...validateNamespace(resource, object),
    ...validateLabels(metadata.labels ?? {}, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations ?? {}),
    ...validateOwners(metadata.ownerReferences ?? []),
    ...validateFinalizers(resource, metadata.finalizers ?? []),
  ];
}

/** Checks what an update may do to metadata; the immutable fields were restored where they were omitted. */
export function validateMetadataUpdate(resource: Resource, object: KubeObject, old: KubeObject): FieldError[] {
  const next = object.metadata;
  const before = old.metadata;
  const errors = validateMetadata(resource, object);
  if (before.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter((finalizer) => !before.finalizers?.includes(finalizer));
    if (added.length > 0) {
      const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
      const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
      errors.push(forbiddenField('metadata.finalizers', why));
    }
  }
  for (const field of ['name', 'namespace', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    const [value, oldValue] = [fieldOf(next, field), fieldOf(before, field)];
    if (jsonEqual(value, oldValue)) continue;
    const error = immutable(`metadata.${field}`, value);
    errors.push(...(field === 'uid' ? [error, error] : [error]));
  }
  return errors;
}

function fieldOf(metadata: object, field: string): unknown {
  return (metadata as Readonly<Record<string, unknown>>)[field];
}

function validateName(resource: Resource, { metadata }: KubeObject): FieldError[] {
  const field = 'metadata.name';
  if (stringOf(metadata.name) === '') return [required(field, 'name or generateName is required')];
  const segments = pathSegmentProblems(metadata.name).map((problem) => invalidValue(field, metadata.name, problem));
  const generated = stringOf(metadata.generateName);
  return [
    // A trailing dash of the base is masked: the suffix follows it.
    ...(generated === '' ? [] : resource.strategy.validateName(generated.replace(/-$/, 'a'), 'metadata.generateName')),
    ...resource.strategy.validateName(metadata.name, field),
    ...segments,
  ];
}

function validateNamespace(resource: Resource, { metadata }: KubeObject): FieldError[] {
  if (resource.namespaced || metadata.namespace === undefined) return [];
  return [forbiddenField('metadata.namespace', 'not allowed on this type')];
}

/** A map of labels, wherever it stands. */
export function validateLabels(labels: Readonly<Record<string, string>>, field: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...labelKeyProblems(key).map((problem) => invalidValue(field, key, problem)),
    ...labelValueProblems(value).map((problem) => invalidValue(field, value, problem)),
  ]);
}

function validateAnnotations(annotations: Readonly<Record<string, string>>): FieldError[] {
  const field = 'metadata.annotations';
  const errors = Object.keys(annotations).flatMap((key) =>
    labelKeyProblems(key.toLowerCase()).map((problem) => invalidValue(field, key, problem)),
  );
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes > maxAnnotationBytes) errors.push(tooLong(field, maxAnnotationBytes));
  return errors;
}

function validateOwners(owners: readonly unknown[]): FieldError[] {
  const field = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of owners.filter(isRecord)) {
    const apiVersion = stringOf(owner.apiVersion);
    if (apiVersion === '') errors.push(invalidValue(`${field}.apiVersion`, apiVersion, 'version must not be empty'));
    for (const key of ['kind', 'name', 'uid']) {
      if (stringOf(owner[key]) === '') errors.push(invalidValue(`${field}.${key}`, '', 'must not be empty'));
    }
    if (apiVersion === 'v1' && owner.kind === 'Event') {
      errors.push(invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (owner.controller !== true) continue;
    const name = `${stringOf(owner.kind)}/${stringOf(owner.name)}`;
    if (controller !== undefined) {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalidValue(field, owners, why));
    }
    controller = name;
  }
  return errors;
}

function validateFinalizers(resource: Resource, finalizers: readonly unknown[]): FieldError[] {
  const field = 'metadata.finalizers';
  const errors: FieldError[] = [];
  for (const [index, finalizer] of listOf(finalizers).entries()) {
    const text = stringOf(finalizer);
    errors.push(...labelKeyProblems(text).map((problem) => invalidValue(field, text, problem)));
    if (isCoreKind(resource) && !text.includes('/') && !standardFinalizers.has(text)) {
      const why = 'name is neither a standard finalizer name nor is it fully qualified';
      errors.push(invalidValue(`${field}[${index}]`, text, why));
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const why = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalidValue(field, finalizers, why));
  }
  return errors;
}

/** CRDs are served by another handler, as their objects are: it asks less of finalizers. */
function isCoreKind({ custom, group }: Resource): boolean {
  return !custom && group !== 'apiextensions.k8s.io';
}

import type { KubeObject } from '@sluice/api';
import { immutable, invalidValue, notSupported, required, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { dns1035Problems, subdomainProblems } from '../validate/names.ts';
import { validateVersions } from './validate-crd-versions.ts';

type Source = Readonly<JsonRecord>;

const approvalAnnotation = 'api-approved.kubernetes.io';

/** Judges a CustomResourceDefinition. Defaults were applied. */
export function validateCrd(crd: KubeObject): FieldError[] {
  const spec = recordOf(crd.spec);
  const names = recordOf(spec.names);
  const versions = listOf(spec.versions).filter(isRecord);
  const name = `${stringOf(names.plural)}.${stringOf(spec.group)}`;
  return [
    ...(crd.metadata.name === name
      ? []
      : [invalidValue('metadata.name', crd.metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...validateGroup(stringOf(spec.group)),
    ...validateApproval(crd, stringOf(spec.group)),
    ...validateScope(spec.scope),
    ...validateNames(names),
    ...validateVersionSet(versions),
    ...validateVersions(versions),
    ...validateConversion(recordOf(spec.conversion)),
    ...(spec.preserveUnknownFields === true
      ? [
          invalidValue(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...validateStoredVersions(crd, versions),
  ];
}

/** What an update of a CRD may not change. */
export function validateCrdUpdate(crd: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [recordOf(crd.spec), recordOf(old.spec)];
  const [names, oldNames] = [recordOf(spec.names), recordOf(before.names)];
  const established = listOf(recordOf(old.status).conditions).some(
    (condition) => recordOf(condition).type === 'Established' && recordOf(condition).status === 'True',
  );
  const errors: FieldError[] = [];
  const fix = (field: string, value: unknown, oldValue: unknown) => {
    if (!jsonEqual(value, oldValue)) errors.push(immutable(field, value));
  };
  fix('spec.group', spec.group, before.group);
  fix('spec.names.plural', names.plural, oldNames.plural);
  if (established) {
    fix('spec.scope', spec.scope, before.scope);
    fix('spec.names.kind', names.kind, oldNames.kind);
  }
  return errors;
}

function validateGroup(group: string): FieldError[] {
  if (group === '') return [required('spec.group')];
  const problems = subdomainProblems(group).map((problem) => invalidValue('spec.group', group, problem));
  if (problems.length > 0 || group.includes('.')) return problems;
  return [invalidValue('spec.group', group, 'should be a domain with at least one dot')];
}

/** Groups of the Kubernetes project need its approval. */
function validateApproval(crd: KubeObject, group: string): FieldError[] {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return [];
  const value = crd.metadata.annotations?.[approvalAnnotation] ?? '';
  const field = `metadata.annotations[${approvalAnnotation}]`;
  const reference = 'https://github.com/kubernetes/enhancements/pull/1111';
  if (value === '') {
    return [
      required(field, `protected groups must have approval annotation "${approvalAnnotation}", see ${reference}`),
    ];
  }
  if (value.startsWith('unapproved') || URL.canParse(value)) return [];
  const why = `protected groups must have approval annotation "${approvalAnnotation}" with either a URL or a reason starting with "unapproved", see ${reference}`;
  return [invalidValue(field, value, why)];
}

function validateScope(scope: unknown): FieldError[] {
  if (stringOf(scope) === '') return [required('spec.scope')];
  return scope === 'Namespaced' || scope === 'Cluster'
    ? []
    : [notSupported('spec.scope', scope, ['Cluster', 'Namespaced'])];
}

function validateNames(names: Source): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['plural', 'singular', 'kind', 'listKind']) {
    const value = stringOf(names[key]);
    const field = `spec.names.${key}`;
    if (value === '') errors.push(required(field));
    else errors.push(...dns1035Problems(value.toLowerCase()).map((problem) => invalidValue(field, value, problem)));
  }
  for (const key of ['shortNames', 'categories']) {
    for (const [index, value] of listOf(names[key]).map(String).entries()) {
      errors.push(
        ...dns1035Problems(value).map((problem) => invalidValue(`spec.names.${key}[${index}]`, value, problem)),
      );
    }
  }
  if (names.kind !== '' && names.kind === names.listKind) {
    errors.push(invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  }
  return errors;
}

function validateVersionSet(versions: readonly Source[]): FieldError[] {
  if (versions.length === 0)
    return [required('spec.versions', 'must have exactly one version marked as storage version')];
  const errors: FieldError[] = [];
  const names = versions.map((version) => stringOf(version.name));
  for (const [index, name] of names.entries()) {
    errors.push(...dns1035Problems(name).map((problem) => invalidValue(`spec.versions[${index}].name`, name, problem)));
  }
  if (new Set(names).size < names.length)
    errors.push(invalidValue('spec.versions', versions, 'must contain unique version names'));
  if (versions.filter((version) => version.storage === true).length !== 1) {
    errors.push(invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'));
  }
  return errors;
}

function validateConversion({ strategy, webhook }: Source): FieldError[] {
  if (strategy === 'None' || strategy === undefined) return [];
  if (strategy !== 'Webhook') return [notSupported('spec.conversion.strategy', strategy, ['None', 'Webhook'])];
  if (!isRecord(webhook)) {
    return [
      required('spec.conversion.webhookClientConfig', 'required when strategy is set to Webhook'),
      required('spec.conversion.conversionReviewVersions'),
    ];
  }
  // Conversion by webhooks is out of scope: better refused here than ignored later.
  return [invalidValue('spec.conversion.strategy', strategy, 'conversion webhooks are not supported by this server')];
}

function validateStoredVersions(crd: KubeObject, versions: readonly Source[]): FieldError[] {
  const names = versions.map((version) => version.name);
  return listOf(recordOf(crd.status).storedVersions).flatMap((stored, index) => {
    if (names.includes(stored)) return [];
    const name = stringOf(stored);
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    return [invalidValue(`status.storedVersions[${index}]`, name, why)];
  });
}

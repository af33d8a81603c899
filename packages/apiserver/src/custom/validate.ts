import type { KubeObject } from '@sluice/api';
import { invalidValue, type FieldError } from '../errors.ts';
import { at } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import { goText } from '../operations/go-text.ts';
import type { CustomVersion } from './definition.ts';
import { rulesSkipped } from './validate-rules.ts';
import { validateValue } from './validate-value.ts';

const maxReplicas = 2147483647;

/** Judges a custom resource by its schema; on an update, what did not change is tolerated. */
export function validateCustom(
  version: CustomVersion,
  object: KubeObject,
  old: KubeObject | undefined,
  { subresource, warnings }: WriteContext,
): FieldError[] {
  warnOfFinalizers(object, warnings);
  const errors = validateContent(version, object, old, subresource);
  if (!version.hasRules) return errors;
  // Rules may rely on what the rest of the schema promises.
  if (errors.some(({ reason }) => blocking.has(reason))) return [...errors, rulesSkipped];
  return [...errors, ...version.rules.check(version.schema, object, old, warnings)];
}

const blocking = new Set([
  'FieldValueTypeInvalid',
  'FieldValueRequired',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
]);

function validateContent(
  version: CustomVersion,
  object: KubeObject,
  old: KubeObject | undefined,
  subresource: string,
): FieldError[] {
  const { schema } = version;
  if (subresource === 'status') {
    const status = schema.properties?.status;
    if (status === undefined || object.status === undefined) return [];
    return validateValue(status, object.status, { field: 'status', body: '' }, { old: old?.status });
  }
  const place = { field: '', body: '' };
  const errors = validateValue(schema, object, place, { isRoot: true, ...(old === undefined ? {} : { old }) });
  return [...errors, ...validateNames(version, object), ...validateReplicas(version, object)];
}

const exemptFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function warnOfFinalizers({ metadata }: KubeObject, warnings: Set<string>): void {
  for (const finalizer of metadata.finalizers ?? []) {
    if (finalizer.includes('/') || exemptFinalizers.has(finalizer)) continue;
    const path = finalizer.includes('.') ? ' including a path (/)' : '';
    warnings.add(
      `metadata.finalizers: "${finalizer}": prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    );
  }
}

/** The only parts of metadata that a schema may restrict. */
function validateNames({ schema }: CustomVersion, object: KubeObject): FieldError[] {
  const rules = schema.properties?.metadata?.properties ?? {};
  return ['name', 'generateName'].flatMap((key) => {
    const value = at(object, 'metadata', key);
    const rule = rules[key];
    const place = { field: `metadata.${key}`, body: `metadata.${key}` };
    return rule === undefined || value === undefined ? [] : validateValue(rule, value, place);
  });
}

/** The replicas that the scale subresource shows must be a count. */
function validateReplicas({ scale }: CustomVersion, object: KubeObject): FieldError[] {
  if (scale === undefined) return [];
  const field = scale.specReplicas;
  const value = at(object, ...field.split('.').slice(1));
  if (value === undefined) return [];
  if (typeof value !== 'bigint' && !Number.isInteger(value)) {
    const type = typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : typeof value;
    return [invalidValue(field, 0, `${field} accessor error: ${goText(value)} is of the type ${type}, expected int64`)];
  }
  if (Number(value) < 0) return [invalidValue(field, value, 'should be a non-negative integer')];
  return Number(value) > maxReplicas
    ? [invalidValue(field, value, `should be less than or equal to ${maxReplicas}`)]
    : [];
}

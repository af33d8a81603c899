import type { KubeObject } from '@sluice/api';
import type { FieldError } from '../errors.ts';
import { at } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import type { CustomVersion } from './definition.ts';
import { validateValue } from './validate-value.ts';

/** Judges a custom resource by its schema; on an update, what did not change is tolerated. */
export function validateCustom(
  version: CustomVersion,
  object: KubeObject,
  old: KubeObject | undefined,
  { subresource }: WriteContext,
): FieldError[] {
  const { schema } = version;
  if (subresource === 'status') {
    const status = schema.properties?.status;
    if (status === undefined || object.status === undefined) return [];
    return validateValue(status, object.status, { field: 'status', body: '' }, { old: old?.status });
  }
  const place = { field: '', body: '' };
  const errors = validateValue(schema, object, place, { isRoot: true, ...(old === undefined ? {} : { old }) });
  return [...errors, ...validateNames(version, object)];
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

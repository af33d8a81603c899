import {
  duplicate,
  invalidValue,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
  type FieldError,
} from '../errors.ts';
import { isRecord, jsonEqual, stringOf, type JsonRecord } from '../json.ts';
import { writeJson } from '../json-text.ts';
import { correlateItems, keyOf } from './correlate.ts';
import { patterns } from './engines.ts';
import { hasFormat } from './formats.ts';
import { isResource, resourceKeys, schemaOfKey, type StructuralSchema } from './schema.ts';

/** Where a value stands. `body` is the path that messages print, which below `/status` lacks its first part. */
export interface Place {
  readonly field: string;
  readonly body: string;
}

/**
 * Judges a value by the keywords of a structural schema.
 * @param old the corresponding value before an update: what equals it is not judged again
 */
export function validateValue(
  schema: StructuralSchema,
  value: unknown,
  place: Place,
  { old, isRoot = false }: { old?: unknown; isRoot?: boolean } = {},
): FieldError[] {
  if (old !== undefined && jsonEqual(value, old)) return [];
  if (value === null && schema.nullable === true) return [];
  const wrong = validateType(schema, value, place);
  if (wrong.length > 0) return wrong;
  return [
    ...validateEnum(schema, value, place),
    ...validateScalar(schema, value, place),
    ...(Array.isArray(value) ? validateList(schema, value, place, old) : []),
    ...(isRecord(value) ? validateRecord(schema, value, place, old, isRoot) : []),
    ...validateJunctors(schema, value, place),
  ];
}

function validateType(schema: StructuralSchema, value: unknown, place: Place): FieldError[] {
  const wanted =
    schema['x-kubernetes-int-or-string'] === true
      ? ['integer', 'string']
      : schema.type === undefined
        ? []
        : [schema.type];
  if (wanted.length === 0) return [];
  const found = typeOf(value);
  if (wanted.includes(found) || (found === 'integer' && wanted.includes('number'))) return [];
  const why = `${place.body} in body must be of type ${wanted.join(',')}: ${JSON.stringify(found)}`;
  const error = typeInvalid(place.field, found, why);
  if (found !== 'number' || !wanted.includes('integer')) return [error];
  return [error, checkedValue(`Checked value must be of type integer (default format) in ${place.body}`)];
}

/** Findings of another checker of kube-apiserver, which names neither field nor value. */
function checkedValue(detail: string): FieldError {
  return invalidValue('<nil>', '', detail);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

function validateEnum(schema: StructuralSchema, value: unknown, { field }: Place): FieldError[] {
  if (schema.enum === undefined || schema.enum.some((candidate) => jsonEqual(candidate, value))) return [];
  const supported = schema.enum.map((candidate) => (typeof candidate === 'string' ? candidate : writeJson(candidate)));
  return [notSupported(field, value, supported)];
}

function validateScalar(schema: StructuralSchema, value: unknown, place: Place): FieldError[] {
  if (typeof value === 'string') return validateString(schema, value, place);
  return typeof value === 'number' ? validateNumber(schema, value, place) : [];
}

function validateString(schema: StructuralSchema, value: string, { field, body }: Place): FieldError[] {
  const { maxLength, minLength, pattern, format } = schema;
  const errors: FieldError[] = [];
  const length = maxLength === undefined && minLength === undefined ? 0 : Array.from(value).length;
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(field, maxLength));
  if (minLength !== undefined && length < minLength) {
    errors.push(invalidValue(field, value, `${body} in body should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && !patterns.get().matches(pattern, value)) {
    errors.push(invalidValue(field, value, `${body} in body should match '${pattern}'`));
  }
  if (format !== undefined && !hasFormat(format, value)) {
    errors.push(typeInvalid(field, value, `${body} in body must be of type ${format}: ${JSON.stringify(value)}`));
  }
  return errors;
}

function validateNumber(schema: StructuralSchema, value: number, { field, body }: Place): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = schema;
  const errors: FieldError[] = [];
  const refuse = (detail: string) => errors.push(invalidValue(field, value, `${body} in body should be ${detail}`));
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    refuse(`greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`);
  }
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    refuse(`less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) refuse(`a multiple of ${multipleOf}`);
  if (format === 'int32' && (value > 2147483647 || value < -2147483648)) {
    errors.push(checkedValue(`Checked value must be of type integer with format int32 in ${body}`));
  }
  return errors;
}

function validateList(schema: StructuralSchema, value: readonly unknown[], place: Place, old: unknown): FieldError[] {
  const { field, body } = place;
  const { maxItems, minItems, items } = schema;
  const errors: FieldError[] = [];
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(field, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems) {
    errors.push(invalidValue(field, value.length, `${body} in body should have at least ${minItems} items`));
  }
  const before = correlateItems(schema, old);
  for (const [index, item] of value.entries()) {
    const at = { field: `${field}[${index}]`, body: `${body}[${index}]` };
    if (items !== undefined) errors.push(...validateValue(items, item, at, { old: before(item) }));
  }
  return [...errors, ...validateUniqueItems(schema, value, field)];
}

function validateUniqueItems(schema: StructuralSchema, value: readonly unknown[], field: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const identities = value.map((item) => (type === 'map' ? keyOf(item, keys) : item));
  return identities.flatMap((identity, index) =>
    identities.slice(0, index).some((other) => jsonEqual(other, identity))
      ? [duplicate(`${field}[${index}]`, identity)]
      : [],
  );
}

function validateRecord(
  schema: StructuralSchema,
  value: Readonly<JsonRecord>,
  place: Place,
  old: unknown,
  isRoot: boolean,
): FieldError[] {
  const { field, body } = place;
  const { maxProperties, minProperties } = schema;
  const keys = Object.keys(value);
  const errors: FieldError[] = [];
  if (maxProperties !== undefined && keys.length > maxProperties)
    errors.push(tooMany(field, keys.length, maxProperties));
  if (minProperties !== undefined && keys.length < minProperties) {
    errors.push(invalidValue(field, keys.length, `${body} in body should have at least ${minProperties} properties`));
  }
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key)) errors.push(required(child(place, key).field));
  }
  if (!isRoot && isResource(schema, false)) errors.push(...validateEmbedded(value, place));
  const before = isRecord(old) ? old : {};
  for (const key of keys) {
    const childSchema = schemaOfKey(schema, key);
    if (childSchema === undefined || (isResource(schema, isRoot) && resourceKeys.has(key))) continue;
    errors.push(...validateValue(childSchema, value[key], child(place, key), { old: before[key] }));
  }
  return errors;
}

function child({ field, body }: Place, key: string): Place {
  return { field: field === '' ? key : `${field}.${key}`, body: body === '' ? key : `${body}.${key}` };
}

/** An embedded object names its kind. */
function validateEmbedded(value: Readonly<JsonRecord>, place: Place): FieldError[] {
  return ['apiVersion', 'kind']
    .filter((key) => stringOf(value[key]) === '')
    .map((key) => required(child(place, key).field, 'must not be empty'));
}

function validateJunctors(schema: StructuralSchema, value: unknown, place: Place): FieldError[] {
  const { allOf, anyOf, oneOf, not } = schema;
  const subject = JSON.stringify(place.body);
  const branches = (list: readonly StructuralSchema[]) => list.map((branch) => validateValue(branch, value, place));
  const errors: FieldError[] = [];
  if (oneOf !== undefined) {
    const results = branches(oneOf);
    const valid = results.filter((result) => result.length === 0).length;
    if (valid === 0)
      errors.push(
        ...(results[0] ?? []),
        checkedValue(`${subject} must validate one and only one schema (oneOf). Found none valid`),
      );
    if (valid > 1) {
      errors.push(
        checkedValue(`${subject} must validate one and only one schema (oneOf). Found ${valid} valid alternatives`),
      );
    }
  }
  if (anyOf !== undefined) {
    const results = branches(anyOf);
    if (results.every((result) => result.length > 0)) {
      errors.push(...(results[0] ?? []), checkedValue(`${subject} must validate at least one schema (anyOf)`));
    }
  }
  if (allOf !== undefined) {
    const results = branches(allOf);
    const failed = results.filter((result) => result.length > 0);
    if (failed.length > 0) {
      const suffix = failed.length === results.length ? '. None validated' : '';
      errors.push(...failed.flat(), checkedValue(`${subject} must validate all the schemas (allOf)${suffix}`));
    }
  }
  if (not !== undefined && validateValue(not, value, place).length === 0) {
    errors.push(checkedValue(`${subject} must not validate the schema (not)`));
  }
  return errors;
}

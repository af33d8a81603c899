import { forbiddenField, invalidValue, notSupported, required, type FieldError } from '../errors.ts';
import { isRecord, listOf, type JsonRecord } from '../json.ts';
import { applySchemaDefaults } from './defaults.ts';
import { patterns } from './engines.ts';
import { prune } from './prune.ts';
import type { StructuralSchema } from './schema.ts';
import { validateJunctors } from './validate-junctors.ts';
import { validateValue } from './validate-value.ts';

type Source = Readonly<JsonRecord>;

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const forbiddenKeywords = ['$ref', 'definitions', 'dependencies', 'patternProperties', 'additionalItems', 'id'];
const statusRootKeywords = new Set(
  [
    'description type format title maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems',
    'minItems uniqueItems multipleOf required items properties externalDocs example',
    'x-kubernetes-preserve-unknown-fields x-kubernetes-validations',
  ]
    .join(' ')
    .split(' '),
);

/** Where a schema stands: its path, and whether it is the root or lies in `metadata`. */
interface Position {
  readonly path: string;
  readonly isRoot: boolean;
}

/** Checks that the schema of a CRD version is structural. `path` is that of the schema, for messages. */
export function validateStructure(schema: Source, path: string, hasStatus: boolean): FieldError[] {
  const errors = validateNode(schema, { path, isRoot: true });
  if (schema.type !== undefined && schema.type !== 'object') {
    errors.push(invalidValue(`${path}.type`, schema.type, 'must be object at the root'));
  }
  if (schema.nullable === true) errors.push(forbiddenField(`${path}.nullable`, 'nullable cannot be true at the root'));
  if (hasStatus) {
    const extra = Object.keys(schema).find((key) => !statusRootKeywords.has(key));
    if (extra !== undefined) {
      const allowed = [...statusRootKeywords].join(', ');
      errors.push(
        invalidValue(
          path,
          schema,
          `only ${allowed} are allowed at the root of the schema if the status subresource is enabled`,
        ),
      );
    }
  }
  return errors;
}

function validateNode(schema: Source, { path, isRoot }: Position): FieldError[] {
  return [
    ...validateKeywords(schema, path),
    ...validateNodeType(schema, path, isRoot),
    ...validateExtensions(schema, path),
    ...validateMetadataRule(schema, path, isRoot),
    ...validateDefault(schema, path),
    ...validateJunctors(schema, path),
    ...childrenOf(schema, path).flatMap(({ child, at }) => validateNode(child, { path: at, isRoot: false })),
  ];
}

function childrenOf(schema: Source, path: string): { child: Source; at: string }[] {
  const children: { child: Source; at: string }[] = [];
  if (isRecord(schema.properties)) {
    for (const [key, child] of Object.entries(schema.properties)) {
      if (isRecord(child)) children.push({ child, at: `${path}.properties[${key}]` });
    }
  }
  if (isRecord(schema.items)) children.push({ child: schema.items, at: `${path}.items` });
  if (isRecord(schema.additionalProperties)) {
    children.push({ child: schema.additionalProperties, at: `${path}.additionalProperties` });
  }
  return children;
}

function validateKeywords(schema: Source, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const keyword of forbiddenKeywords) {
    if (schema[keyword] !== undefined) errors.push(forbiddenField(`${path}.${keyword}`, `${keyword} is not supported`));
  }
  if (schema.uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${path}.uniqueItems`, why));
  }
  const additional = schema.additionalProperties;
  if (
    additional !== undefined &&
    additional !== true &&
    isRecord(schema.properties) &&
    Object.keys(schema.properties).length > 0
  ) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbiddenField(`${path}.additionalProperties`, why));
  }
  if (typeof schema.pattern === 'string') errors.push(...validatePattern(schema.pattern, `${path}.pattern`));
  if (Array.isArray(schema.items))
    errors.push(forbiddenField(`${path}.items`, 'items must be a schema object and not an array'));
  return errors;
}

function validatePattern(pattern: string, field: string): FieldError[] {
  const problem = patterns.get().problemOf(pattern);
  return problem === undefined
    ? []
    : [invalidValue(field, pattern, `must be a valid regular expression, but isn't: ${problem}`)];
}

function validateNodeType(schema: Source, path: string, isRoot: boolean): FieldError[] {
  const { type } = schema;
  const untyped =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === undefined || type === '') {
    if (untyped && !isRoot) return [];
    const what = isRoot ? 'must not be empty at the root' : 'must not be empty for specified object fields';
    return [required(`${path}.type`, what)];
  }
  if (typeof type !== 'string' || !types.includes(type)) return [notSupported(`${path}.type`, type, types)];
  if (type === 'array' && schema.items === undefined) return [required(`${path}.items`, 'must be specified')];
  return [];
}

function validateExtensions(schema: Source, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  if (
    schema['x-kubernetes-embedded-resource'] === true &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true &&
    !isRecord(schema.properties)
  ) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, why));
  }
  return [...errors, ...validateListType(schema, path), ...validateMapType(schema, path)];
}

function validateMapType(schema: Source, path: string): FieldError[] {
  const type = schema['x-kubernetes-map-type'];
  if (type === undefined) return [];
  const field = `${path}.x-kubernetes-map-type`;
  if (type !== 'granular' && type !== 'atomic') return [notSupported(field, type, ['atomic', 'granular'])];
  return schema.type === 'object'
    ? []
    : [invalidValue(`${path}.type`, schema.type, 'must be object if x-kubernetes-map-type is specified')];
}

function validateListType(schema: Source, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  const keys = listOf(schema['x-kubernetes-list-map-keys']).map(String);
  const field = `${path}.x-kubernetes-list-type`;
  if (type === undefined) {
    return keys.length === 0 ? [] : [required(field, 'must be map if x-kubernetes-list-map-keys is non-empty')];
  }
  if (type !== 'atomic' && type !== 'set' && type !== 'map')
    return [notSupported(field, type, ['atomic', 'map', 'set'])];
  if (schema.type !== 'array') {
    return [invalidValue(`${path}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified')];
  }
  const items = isRecord(schema.items) ? schema.items : {};
  if (type === 'set') return validateSetItems(items, `${path}.items`);
  return type === 'map' ? validateMapItems(items, keys, path) : [];
}

function validateSetItems(items: Source, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (items.nullable === true)
    errors.push(forbiddenField(`${path}.nullable`, 'cannot be nullable when x-kubernetes-list-type is set'));
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    errors.push(invalidValue(`${path}.x-kubernetes-map-type`, items['x-kubernetes-map-type'] ?? null, why));
  }
  const listType = items['x-kubernetes-list-type'];
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic') {
    errors.push(invalidValue(`${path}.x-kubernetes-list-type`, listType, why));
  }
  return errors;
}

function validateMapItems(items: Source, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const keysField = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(keysField, 'must not be empty if x-kubernetes-list-type is map'));
  if (items.type !== 'object') {
    errors.push(
      invalidValue(
        `${path}.items.type`,
        items.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    );
  }
  const properties = isRecord(items.properties) ? items.properties : {};
  for (const [index, key] of keys.entries()) {
    const property = properties[key];
    if (!isRecord(property)) {
      errors.push(invalidValue(`${keysField}[${index}]`, key, 'entries must all be names of item properties'));
    } else if (property.default === undefined && !listOf(items.required).includes(key)) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.push(required(`${path}.items.properties[${key}].default`, why));
    }
  }
  return errors;
}

function validateMetadataRule(schema: Source, path: string, isRoot: boolean): FieldError[] {
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  const metadata = isRecord(schema.properties) ? schema.properties.metadata : undefined;
  if (!isResource || !isRecord(metadata)) return [];
  const properties = isRecord(metadata.properties) ? Object.keys(metadata.properties) : [];
  if (properties.every((key) => key === 'name' || key === 'generateName')) return [];
  const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return [forbiddenField(`${path}.properties[metadata]`, why)];
}

/** A default must fit the schema, and have nothing that would be pruned. */
function validateDefault(schema: Source, path: string): FieldError[] {
  if (schema.default === undefined) return [];
  const field = `${path}.default`;
  // A node of a structural schema is one itself.
  const structural = schema as StructuralSchema;
  const unknown: string[] = [];
  const value = prune(structural, schema.default, { unknown });
  if (unknown.length > 0) return [invalidValue(field, schema.default, 'must not have unknown fields')];
  applySchemaDefaults(structural, value);
  return validateValue(structural, value, { field, body: '' }).map((error) => ({
    ...error,
    field: error.field === '<nil>' ? field : error.field,
  }));
}

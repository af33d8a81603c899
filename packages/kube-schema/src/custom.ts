import { objectMetaSchema } from './builtin.ts';
import { deducedSchema } from './deduced.ts';
import type { Field, JsonObject, ListSchema, MapSchema, Scalar, Schema } from './schema.ts';

/**
 * The schema of a custom resource's version: its `openAPIV3Schema` with apiVersion, kind and ObjectMeta added. Without a
 * schema everything but ObjectMeta is deduced. Parts are read when they are first asked for.
 */
export function schemaOfCustomResource(openAPIV3Schema: JsonObject | undefined): Schema {
  const root = openAPIV3Schema ?? { type: 'object' };
  const map = readMap(root, { preserve: preserves(root) });
  const fields = openAPIV3Schema === undefined ? new Map<string, Field>() : new Map(map.fields);
  return { map: { ...map, fields: withObjectFields(fields) } };
}

/** What holds for a whole subtree: below `x-kubernetes-preserve-unknown-fields` undeclared fields are deduced. */
interface Scope {
  readonly preserve: boolean;
}

function readSchema(source: JsonObject, outer: Scope): Schema {
  const scope = { preserve: outer.preserve || preserves(source) };
  switch (source.type) {
    case 'object':
      return { map: readObject(source, scope) };
    case 'array':
      return { list: readList(source, scope) };
    case undefined: // int-or-string, or anything at all
      return { scalar: 'untyped', list: readList(source, scope), map: readObject(source, scope) };
    default:
      return { scalar: readScalar(source) };
  }
}

function readObject(source: JsonObject, scope: Scope): MapSchema {
  const map = readMap(source, scope);
  if (source['x-kubernetes-embedded-resource'] !== true) return map;
  return { ...map, fields: withObjectFields(new Map(map.fields)) };
}

function readMap(source: JsonObject, scope: Scope): MapSchema {
  const properties = isObject(source.properties) ? source.properties : {};
  const fields = new Map<string, Field>();
  for (const [name, value] of Object.entries(properties)) {
    if (isObject(value)) fields.set(name, lazyField(name, value, scope));
  }
  const values = readValues(source, fields.size > 0, scope);
  const atomic = source['x-kubernetes-map-type'] === 'atomic';
  return { atomic, fields, ...(values === undefined ? {} : { values }) };
}

function lazyField(name: string, source: JsonObject, scope: Scope): Field {
  let schema: Schema | undefined;
  return {
    name,
    get schema() {
      return (schema ??= readSchema(source, scope));
    },
    ...(source.default === undefined ? {} : { default: source.default }),
  };
}

/** The schema of undeclared keys. An object that declares nothing at all takes anything. */
function readValues(source: JsonObject, hasFields: boolean, scope: Scope): Schema | undefined {
  const additional = source.additionalProperties;
  if (isObject(additional)) return readSchema(additional, scope);
  if (additional === true) return deducedSchema;
  if (additional === false) return undefined;
  return scope.preserve || !hasFields ? deducedSchema : undefined;
}

function readList(source: JsonObject, scope: Scope): ListSchema {
  const items = isObject(source.items) ? readSchema(source.items, scope) : deducedSchema;
  const keys = source['x-kubernetes-list-map-keys'];
  switch (source['x-kubernetes-list-type']) {
    case 'map':
      return { type: 'map', keys: Array.isArray(keys) ? keys.map(String) : [], items };
    case 'set':
      return { type: 'set', keys: [], items };
    default:
      return { type: 'atomic', keys: [], items };
  }
}

function readScalar(source: JsonObject): Scalar {
  switch (source.type) {
    case 'integer':
    case 'number':
      return 'numeric';
    case 'boolean':
      return 'boolean';
    case 'string': // other formats have more than one spelling of a value
      return source.format === undefined || source.format === '' || source.format === 'byte' ? 'string' : 'untyped';
    default:
      return 'untyped';
  }
}

function withObjectFields(fields: Map<string, Field>): Map<string, Field> {
  fields.set('apiVersion', { name: 'apiVersion', schema: { scalar: 'string' } });
  fields.set('kind', { name: 'kind', schema: { scalar: 'string' } });
  fields.set('metadata', {
    name: 'metadata',
    get schema() {
      return objectMetaSchema();
    },
  });
  return fields;
}

function preserves(source: JsonObject): boolean {
  return source['x-kubernetes-preserve-unknown-fields'] === true;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

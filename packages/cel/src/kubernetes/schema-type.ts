import { listOf, mapOf, objectType, types, type Field, type Type } from '../check/type.ts';

/** The parts of a structural schema that decide about the type of a value. */
export type TypeSchema = {
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly properties?: Readonly<Record<string, TypeSchema>> | undefined;
  readonly additionalProperties?: TypeSchema | boolean | undefined;
  readonly items?: TypeSchema | undefined;
  readonly 'x-kubernetes-list-type'?: string | undefined;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[] | undefined;
  readonly 'x-kubernetes-int-or-string'?: boolean | undefined;
  readonly 'x-kubernetes-embedded-resource'?: boolean | undefined;
};

/**
 * The type of `self` where a rule stands at a node with this schema.
 * @param isResource whether the node is the root, or a resource within another one: rules see some of its metadata always
 * @returns `undefined` when nothing is known of the data there, so that rules cannot reach it
 */
export function schemaType(
  schema: TypeSchema,
  isResource = schema['x-kubernetes-embedded-resource'] === true,
): Type | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) return types.dyn;
  switch (schema.type) {
    case 'boolean':
      return types.bool;
    case 'integer':
      return types.int;
    case 'number':
      return types.double;
    case 'string':
      return stringType(schema.format);
    case 'array':
      return listType(schema);
    case 'object':
      return recordType(schema, isResource);
    default:
      return undefined;
  }
}

function listType(schema: TypeSchema): Type | undefined {
  const element = schema.items === undefined ? undefined : schemaType(schema.items);
  if (element === undefined) return undefined;
  const kind = schema['x-kubernetes-list-type'];
  const keyFields = kind === 'set' ? [] : schema['x-kubernetes-list-map-keys'];
  const isKeyed = kind === 'set' || kind === 'map';
  return isKeyed && keyFields !== undefined ? { ...listOf(element), keyFields } : listOf(element);
}

function stringType(format: string | undefined): Type {
  if (format === 'byte') return types.bytes;
  if (format === 'duration') return types.duration;
  return format === 'date' || format === 'date-time' ? types.timestamp : types.string;
}

function recordType({ properties = {}, additionalProperties }: TypeSchema, isResource: boolean): Type | undefined {
  if (typeof additionalProperties === 'object') {
    const value = schemaType(additionalProperties);
    return value === undefined ? undefined : mapOf(types.string, value);
  }
  const known = isResource ? { ...properties, ...resourceProperties } : properties;
  const fields = Object.entries(known).flatMap(([key, schema]): [string, Field][] => {
    const type = schemaType(schema);
    const name = escapeField(key);
    return type === undefined || name === undefined ? [] : [[name, { type, key }]];
  });
  return objectType('object', Object.fromEntries(fields));
}

const text: TypeSchema = { type: 'string' };
const resourceProperties: Readonly<Record<string, TypeSchema>> = {
  apiVersion: text,
  kind: text,
  metadata: { type: 'object', properties: { name: text, generateName: text } },
};

const keywords: ReadonlySet<string> = new Set([
  'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let',
  'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
]); // prettier-ignore

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** The name by which rules know a property. @returns `undefined` when they cannot reach it */
export function escapeField(name: string): string | undefined {
  if (!/^[A-Za-z_][\w./-]*$/.test(name)) return undefined;
  return keywords.has(name) ? `__${name}__` : name.replace(/__|[./-]/g, (part) => escapes[part] ?? part);
}

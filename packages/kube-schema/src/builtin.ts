import { roots, types } from './builtin.generated.ts';
import { parseStruct } from './notation.ts';
import type { Field, GoScalar, GroupVersionKind, JsonObject, MapSchema, Schema } from './schema.ts';

/** The schema of a built-in kind, ObjectMeta included; `undefined` for kinds that are not built in. */
export function schemaOf({ group, version, kind }: GroupVersionKind): Schema | undefined {
  const type = table().roots.get(`${group === '' ? '' : `${group}/`}${version}/${kind}`);
  return type === undefined ? undefined : structSchema(type);
}

/**
 * The object of a built-in kind that nobody has filled in, with the parts that are always there (`metadata`, `spec`,
 * `spec.template` of a Deployment …). A create counts as an update of it, which decides who owns what (kube-api.md §7.2).
 */
export function emptyObjectOf(gvk: GroupVersionKind): JsonObject | undefined {
  const map = schemaOf(gvk)?.map;
  return map === undefined ? undefined : emptyStruct(map);
}

/** The schema of `metadata`. */
export function objectMetaSchema(): Schema {
  return structSchema('meta.ObjectMeta');
}

/** The value that Go starts from and that is written when nothing is set, for a field that is never left out. */
export function emptyValueOf(field: Field): unknown {
  if (field.pointer === true) return null;
  const { map, go } = field.schema;
  if (go !== undefined) return emptyScalars[go];
  return map !== undefined && map.values === undefined ? emptyStruct(map) : null;
}

const emptyScalars: Readonly<Record<GoScalar, unknown>> = {
  string: '',
  bool: false,
  int32: 0,
  int64: 0,
  float64: 0,
  bytes: null,
  quantity: '0',
  intOrString: 0,
  time: null,
  microTime: null,
  fieldsV1: null,
  raw: null,
};

function emptyStruct(map: MapSchema): JsonObject {
  const result: JsonObject = {};
  for (const field of map.fields.values()) {
    if (field.omitEmpty !== true) result[field.name] = emptyValueOf(field);
  }
  return result;
}

interface Table {
  readonly roots: ReadonlyMap<string, string>;
  readonly lines: ReadonlyMap<string, string>;
  readonly structs: Map<string, Schema>;
}

// Constants that are decoded at their first use, a struct at a time: most processes need a few of the hundreds.
let decoded: Table | undefined;

function table(): Table {
  return (decoded ??= { roots: splitLines(roots), lines: splitLines(types), structs: new Map() });
}

function splitLines(text: string): Map<string, string> {
  const lines = text.trim().split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function structSchema(name: string): Schema {
  const { lines, structs } = table();
  const known = structs.get(name);
  if (known !== undefined) return known;
  const atomic = lines.get(`${name}!`);
  const line = atomic ?? lines.get(name);
  if (line === undefined) throw new Error(`no type ${name} in the schema table`);
  const goName = name.slice(name.indexOf('.') + 1);
  const schema = { map: { ...parseStruct(line, structSchema), goName, atomic: atomic !== undefined } };
  structs.set(name, schema);
  return schema;
}

import { atomicSchema, deducedSchema } from './deduced.ts';
import type { Field, GoScalar, ListSchema, MapSchema, PatchRule, PatchStrategy, Scalar, Schema } from './schema.ts';

/*
 * The notation of the generated table. A line is one struct: `Name=field field …`, or `Name!=…` when it is replaced whole.
 * A field is `name:TYPE`, with its protobuf number as `#2` after the name unless that is one more than the last (`#2.1`: the
 * first of an embedded message that is the second, `#0`: none), `?` before the type when an empty value is not written and `*`
 * when it is a pointer, then
 * `@strategy,strategy(mergeKey)` for strategic merge and `=` with a JSON default. A type is
 *   s b i l d x        string, bool, int32, int64, float64, bytes (base64)
 *   qty ios time utime fieldsV1 any any!
 *   [T] [T]set [T](k1,k2)   atomic list, set, list keyed by k1 and k2
 *   {T} {T}!           map by key, map replaced whole
 *   Name Name!         struct, struct replaced whole here
 */

/** Resolves the name of a struct. */
export type Lookup = (name: string) => Schema;

const scalars: Readonly<Record<string, Schema>> = {
  s: scalar('string', 'string'),
  b: scalar('boolean', 'bool'),
  i: scalar('numeric', 'int32'),
  l: scalar('numeric', 'int64'),
  d: scalar('numeric', 'float64'),
  x: scalar('string', 'bytes'),
  qty: scalar('untyped', 'quantity'),
  ios: scalar('untyped', 'intOrString'),
  time: scalar('untyped', 'time'),
  utime: scalar('untyped', 'microTime'),
  fieldsV1: { ...deducedSchema, go: 'fieldsV1' },
  any: { ...deducedSchema, go: 'raw' },
  'any!': { ...atomicSchema, go: 'raw' },
};

/** Reads a line from its `=` on. */
export function parseStruct(fields: string, lookup: Lookup): MapSchema {
  const texts = fields === '' ? [] : fields.split(' ');
  let path: readonly number[] = [0];
  const entries = texts.map((text) => {
    const field = parseField(text, path, lookup);
    path = field.protobuf;
    return field;
  });
  return { atomic: false, fields: new Map(entries.map((field) => [field.name, field])) };
}

/** Reads a type. Structs are looked up when they are asked for, since types refer to themselves. */
export function parseType(text: string, lookup: Lookup): Schema {
  const simple = scalars[text];
  if (simple !== undefined) return simple;
  if (text.startsWith('[')) return parseList(text, lookup);
  if (text.startsWith('{')) return parseMap(text, lookup);
  if (!text.endsWith('!')) return lookup(text);
  const map = lookup(text.slice(0, -1)).map;
  return map === undefined ? atomicSchema : { map: { ...map, atomic: true } };
}

// name #number : flags type @patch = default. A type holds neither `@` nor `=`, a default no space.
const fieldPattern = /^([^:#]+)(?:#([\d.]+))?:(\??)(\*?)([^@=]+)(?:@([A-Za-z,]+)(?:\((.+?)\))?)?(?:=(.+))?$/;

function parseField(text: string, last: readonly number[], lookup: Lookup): Field & Required<Pick<Field, 'protobuf'>> {
  const match = fieldPattern.exec(text);
  if (match === null) throw new Error(`not a field of the schema table: ${text}`);
  const [, name = '', number, omitEmpty, pointer, type = '', strategies, mergeKey, fallback] = match;
  let schema: Schema | undefined;
  return {
    name,
    get schema() {
      return (schema ??= parseType(type, lookup));
    },
    ...(fallback === undefined ? {} : { default: JSON.parse(fallback) as unknown }),
    ...(strategies === undefined ? {} : { patch: parsePatch(strategies, mergeKey) }),
    protobuf: number === undefined ? [...last.slice(0, -1), (last.at(-1) ?? 0) + 1] : number.split('.').map(Number),
    omitEmpty: omitEmpty !== '',
    pointer: pointer !== '',
  };
}

function parsePatch(strategies: string, mergeKey: string | undefined): PatchRule {
  const list = strategies.split(',') as PatchStrategy[]; // the generator knows no others
  return { strategies: list, ...(mergeKey === undefined ? {} : { mergeKey }) };
}

function parseList(text: string, lookup: Lookup): Schema {
  const end = text.lastIndexOf(']');
  const inner = text.slice(1, end);
  const suffix = text.slice(end + 1);
  let items: Schema | undefined;
  const list: ListSchema = {
    type: suffix === '' ? 'atomic' : suffix === 'set' ? 'set' : 'map',
    keys: suffix.startsWith('(') ? suffix.slice(1, -1).split(',') : [],
    get items() {
      return (items ??= parseType(inner, lookup));
    },
  };
  return { list };
}

function parseMap(text: string, lookup: Lookup): Schema {
  const end = text.lastIndexOf('}');
  const inner = text.slice(1, end);
  let values: Schema | undefined;
  const map: MapSchema = {
    atomic: text.endsWith('!'),
    fields: new Map(),
    get values() {
      return (values ??= parseType(inner, lookup));
    },
  };
  return { map };
}

function scalar(kind: Scalar, go: GoScalar): Schema {
  return { scalar: kind, go };
}

import { emptyValueOf, type Field, type GoScalar, type MapSchema, type Schema } from '@sluice/kube-schema';
import { isRecord, setKey, type JsonRecord } from '../json.ts';
import { DecodeError } from '../operations/decode.ts';
import { canonicalQuantity } from './quantity.ts';

interface Decoding {
  /** The kind decoded, for messages. */
  readonly kind: string;
  /** Collects the paths of unknown keys. */
  readonly unknown: string[];
}

/**
 * Reads a value as Go reads JSON into the type and writes it again: unknown keys and nulls go, empty values that are not
 * written go, those that are always written come, quantities and times take their canonical form. The tree is fresh.
 * @throws DecodeError where a value has the wrong type
 */
export function decodeTyped(schema: Schema, value: JsonRecord, kind: string, unknown: string[]): JsonRecord {
  const { map } = schema;
  if (map === undefined) throw new Error(`${kind} is no struct`);
  return decodeStruct(map, value, '', { kind, unknown });
}

function decodeStruct(map: MapSchema, value: unknown, path: string, decoding: Decoding): JsonRecord {
  if (!isRecord(value)) throw wrongType(value, path, decoding, 'object');
  const result: JsonRecord = {};
  for (const field of map.fields.values()) {
    const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    const read =
      given === undefined || given === null
        ? absent(field)
        : decodeField(field, given, join(path, field.name), decoding);
    if (read !== undefined) setKey(result, field.name, read);
  }
  for (const key of Object.keys(value)) if (!map.fields.has(key)) decoding.unknown.push(join(path, key));
  return result;
}

function absent(field: Field): unknown {
  return field.omitEmpty === true ? undefined : emptyValueOf(field);
}

function decodeField(field: Field, value: unknown, path: string, decoding: Decoding): unknown {
  const read = decodeValue(field.schema, value, path, decoding);
  return field.omitEmpty === true && field.pointer !== true && isEmpty(read, field.schema) ? undefined : read;
}

/** Whether Go leaves a value out that is marked `omitempty` and no pointer. */
function isEmpty(value: unknown, schema: Schema): boolean {
  if (value === null || value === '' || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && schema.map?.values !== undefined && Object.keys(value).length === 0;
}

function decodeValue(schema: Schema, value: unknown, path: string, decoding: Decoding): unknown {
  if (schema.go !== undefined) return decodeScalar(schema.go, value, path, decoding);
  if (schema.list !== undefined) {
    if (!Array.isArray(value)) throw wrongType(value, path, decoding, 'slice');
    const { items } = schema.list;
    return value.map((item: unknown, i) => decodeItem(items, item, `${path}[${i}]`, decoding));
  }
  const { map } = schema;
  if (map === undefined) return structuredClone(value);
  if (map.values === undefined) return decodeStruct(map, value, path, decoding);
  if (!isRecord(value)) throw wrongType(value, path, decoding, 'map');
  const result: JsonRecord = {};
  for (const [key, child] of Object.entries(value)) {
    // Messages name the map, not the key, where the values are no structs.
    const childPath = map.values.go === undefined ? join(path, key) : path;
    setKey(result, key, decodeItem(map.values, child, childPath, decoding));
  }
  return result;
}

/** A member of a list or map: null stands for the zero value of its type. */
function decodeItem(schema: Schema, value: unknown, path: string, decoding: Decoding): unknown {
  if (value !== null) return decodeValue(schema, value, path, decoding);
  return emptyValueOf({ name: '', schema });
}

function decodeScalar(go: GoScalar, value: unknown, path: string, decoding: Decoding): unknown {
  switch (go) {
    case 'string':
      if (typeof value !== 'string') throw wrongType(value, path, decoding, 'string');
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw wrongType(value, path, decoding, 'bool');
      return value;
    case 'int32':
    case 'int64':
      return decodeInteger(value, go, path, decoding);
    case 'float64':
      if (typeof value !== 'number') throw wrongType(value, path, decoding, 'float64');
      return value;
    case 'bytes':
      return decodeBytes(value, path, decoding);
    case 'quantity':
      return decodeQuantity(value, path, decoding);
    case 'intOrString':
      if (typeof value !== 'string' && !Number.isInteger(value)) throw wrongType(value, path, decoding, 'int32');
      return value;
    case 'time':
      return decodeTime(value, path, decoding);
    case 'microTime':
      return decodeMicroTime(value, path, decoding);
    case 'fieldsV1':
    case 'raw':
      return structuredClone(value);
  }
}

const limits = { int32: 2 ** 31, int64: 2 ** 63 };

function decodeInteger(value: unknown, go: 'int32' | 'int64', path: string, decoding: Decoding): unknown {
  if (typeof value === 'bigint' && go === 'int64') return value;
  if (typeof value !== 'number' || !Number.isInteger(value) || value >= limits[go] || value < -limits[go]) {
    throw wrongType(value, path, decoding, go);
  }
  return value;
}

function decodeBytes(value: unknown, path: string, decoding: Decoding): string {
  if (typeof value !== 'string') throw wrongType(value, path, decoding, '[]uint8');
  const text = value.replace(/[\r\n]/g, '');
  const bad = firstBadBase64(text);
  if (bad !== undefined) throw new DecodeError(`illegal base64 data at input byte ${bad}`);
  return text;
}

/** The position at which Go's decoder gives up; `undefined` for valid padded base64. */
function firstBadBase64(text: string): number | undefined {
  const data = /^[A-Za-z0-9+/]*/.exec(text)![0].length;
  const rest = text.slice(data);
  const wanted = (4 - (data % 4)) % 4;
  if (rest === '='.repeat(wanted) && wanted !== 3) return undefined;
  if (rest === '') return data - (data % 4) === data ? data : Math.max(data - (data % 4), 0);
  return rest.startsWith('=') ? data + Math.min(wanted, /^=*/.exec(rest)![0].length) : data;
}

function decodeQuantity(value: unknown, path: string, decoding: Decoding): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw wrongType(value, path, decoding, 'resource.Quantity');
  const canonical = canonicalQuantity(text);
  if (canonical !== undefined) return canonical;
  const pattern = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';
  throw new DecodeError(`quantities must match the regular expression '${pattern}'`);
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function decodeTime(value: unknown, path: string, decoding: Decoding): string {
  if (typeof value !== 'string') throw wrongType(value, path, decoding, 'string');
  if (!rfc3339.test(value) || Number.isNaN(Date.parse(value))) throw unparsableTime(value, '2006-01-02T15:04:05Z07:00');
  return `${new Date(value).toISOString().slice(0, 19)}Z`;
}

function decodeMicroTime(value: unknown, path: string, decoding: Decoding): string {
  if (typeof value !== 'string') throw wrongType(value, path, decoding, 'string');
  const layout = '2006-01-02T15:04:05.000000Z07:00';
  const match = rfc3339.exec(value);
  if (match === null || Number.isNaN(Date.parse(value))) throw unparsableTime(value, layout);
  const [, fraction = '', zone = ''] = match;
  if (!/^\.\d{6}$/.test(fraction)) {
    const rest = `${fraction}${zone}`;
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ".000000"`,
    );
  }
  return zone === 'Z' ? value : `${new Date(value).toISOString().slice(0, 19)}${fraction}Z`;
}

function unparsableTime(value: string, layout: string): DecodeError {
  return new DecodeError(
    `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as "2006"`,
  );
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** `json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32` */
function wrongType(value: unknown, path: string, { kind }: Decoding, type: string): DecodeError {
  const keys = path.replace(/\[\d+\]/g, '').split('.');
  const goType = type === 'object' || type === 'map' || type === 'slice' ? goTypeName(kind, keys) : type;
  const struct = goTypeName(kind, keys.slice(0, -1));
  return new DecodeError(
    `json: cannot unmarshal ${found(value, type)} into Go struct field ${struct}.${keys.join('.')} of type ${goType}`,
    conversionProblem(value, type),
  );
}

function conversionProblem(value: unknown, type: string): string {
  const from = goKind(value);
  if (type === 'slice' || type === 'map') return `cannot restore ${type} from ${from}`;
  if (type === 'object') return `cannot restore struct from: ${from}`;
  const isNumeric = from === 'int64' || from === 'float64';
  if (isNumeric && (type === 'string' || type.startsWith('int'))) return `cannot convert ${from} to ${type}`;
  return `unrecognized type: ${type}`;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'bigint' ? 'int64' : isRecord(value) ? 'map' : typeof value;
}

function found(value: unknown, type: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') {
    return type.startsWith('int') ? `number ${value}` : 'number';
  }
  return typeof value;
}

const goTypes: Readonly<Record<string, string>> = {
  metadata: 'ObjectMeta',
  template: 'PodTemplateSpec',
  'template.spec': 'PodSpec',
  containers: 'Container',
  initContainers: 'Container',
  labels: 'ObjectMeta',
  annotations: 'ObjectMeta',
};

/** The name of the Go struct at a path, by the naming habit of the Kubernetes API. */
function goTypeName(kind: string, keys: readonly string[]): string {
  const last = keys.at(-1);
  if (last === undefined) return kind;
  const known = goTypes[keys.slice(-2).join('.')] ?? goTypes[last];
  if (known !== undefined) return known;
  if (keys.length === 1) return `${kind}${last[0]!.toUpperCase()}${last.slice(1)}`;
  return `${last[0]!.toUpperCase()}${last.slice(1)}`.replace(/s$/, '');
}

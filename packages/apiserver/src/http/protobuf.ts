import { schemaOf, type Field, type GoScalar, type MapSchema, type Schema } from '@sluice/kube-schema';
import { setKey, type JsonRecord } from '../json.ts';
import { readMessage, signedOf, textOf, varintsOf, WireError, type Entry, type Message } from './protobuf-wire.ts';

/** In front of every object: `k8s` and a zero. */
const magic = Buffer.from('k8s\0');

/**
 * Reads an object of a built-in kind as the clients of Kubernetes write it in protobuf.
 * @returns what its JSON would be, with empty values that JSON leaves out
 * @throws WireError when it is damaged, or of a kind that is not known in this form
 */
export function parseProtobuf(body: Buffer): JsonRecord {
  if (!body.subarray(0, magic.length).equals(magic)) throw new WireError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'); // prettier-ignore
  const envelope = readMessage(body.subarray(magic.length));
  const type = readMessage(bytesOf(envelope, 1));
  const [apiVersion, kind] = [textOf(bytesOf(type, 1)), textOf(bytesOf(type, 2))];
  const map = schemaOfType(apiVersion, kind)?.map;
  if (map === undefined) throw new WireError(`no kind "${kind}" of version "${apiVersion}" is known in protobuf`);
  return { ...readStruct(map, readMessage(bytesOf(envelope, 2))), apiVersion, kind };
}

function schemaOfType(apiVersion: string, kind: string): Schema | undefined {
  // Definitions hold types that are messages of their own in protobuf; clients send them as JSON.
  if (apiVersion.startsWith('apiextensions.k8s.io/')) return undefined;
  const slash = apiVersion.indexOf('/');
  const [group, version] = [apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1)];
  // Every group has its own name for the same options.
  if (kind === 'DeleteOptions') return schemaOf({ group: '', version: 'v1', kind });
  return schemaOf({ group, version, kind });
}

function bytesOf(message: Message, number: number): Buffer {
  const last = message.get(number)?.at(-1);
  return Buffer.isBuffer(last) ? last : Buffer.alloc(0);
}

function readStruct(map: MapSchema, message: Message): JsonRecord {
  const result: JsonRecord = {};
  const embedded = new Map<string, Message>();
  for (const field of map.fields.values()) {
    const entries = entriesOf(field, message, embedded);
    if (entries !== undefined) setKey(result, field.name, readValue(field.schema, entries));
  }
  return result;
}

/** What a message has for a field, which may lie in messages within it: `embedded` collects those. */
function entriesOf(
  { protobuf = [] }: Field,
  message: Message,
  embedded: Map<string, Message>,
): readonly Entry[] | undefined {
  let inner = message;
  let path = '';
  for (const number of protobuf.slice(0, -1)) {
    path += `${number}.`;
    const known = embedded.get(path) ?? readMessage(bytesOf(inner, number));
    embedded.set(path, known);
    inner = known;
  }
  return inner.get(protobuf.at(-1) ?? 0);
}

function readValue(schema: Schema, entries: readonly Entry[]): unknown {
  if (schema.go !== undefined) return scalars[schema.go](entries.at(-1)!);
  if (schema.list !== undefined) return readList(schema.list.items, entries);
  if (schema.map?.values !== undefined) return readMap(schema.map.values, entries);
  return readOne(schema, entries.at(-1)!);
}

function readList(items: Schema, entries: readonly Entry[]): unknown[] {
  const isNumeric = items.go === 'int32' || items.go === 'int64' || items.go === 'bool';
  // Numbers may come in a row, without a tag of their own.
  const single = isNumeric
    ? entries.flatMap((entry) => (Buffer.isBuffer(entry) ? varintsOf(entry) : [entry]))
    : entries;
  return single.map((entry) => readOne(items, entry));
}

/** A map is a list of messages of a key and a value. */
function readMap(values: Schema, entries: readonly Entry[]): JsonRecord {
  const result: JsonRecord = {};
  for (const entry of entries) {
    const pair = readMessage(asBytes(entry));
    setKey(result, textOf(bytesOf(pair, 1)), readOne(values, pair.get(2)?.at(-1) ?? Buffer.alloc(0)));
  }
  return result;
}

function readOne(schema: Schema, entry: Entry): unknown {
  if (schema.go !== undefined) return scalars[schema.go](entry);
  const message = readMessage(asBytes(entry));
  // A list that is not a field itself is a message with a list in it.
  if (schema.list !== undefined) return readList(schema.list.items, message.get(1) ?? []);
  return schema.map === undefined ? {} : readStruct(schema.map, message);
}

const scalars: Readonly<Record<GoScalar, (entry: Entry) => unknown>> = {
  string: (entry) => textOf(asBytes(entry)),
  bool: (entry) => asNumber(entry) !== 0n,
  int32: (entry) => Number(signedOf(asNumber(entry))),
  int64: (entry) => numberOf(signedOf(asNumber(entry))),
  float64: readDouble,
  bytes: (entry) => asBytes(entry).toString('base64'),
  quantity: (entry) => textOf(bytesOf(readMessage(asBytes(entry)), 1)),
  intOrString: readIntOrString,
  time: (entry) => readTime(entry, ''),
  microTime: (entry) => readTime(entry, '.'),
  fieldsV1: readJson,
  raw: readJson,
};

function asBytes(entry: Entry): Buffer {
  if (!Buffer.isBuffer(entry)) throw new WireError('proto: wrong wireType = 0');
  return entry;
}

function asNumber(entry: Entry): bigint {
  if (Buffer.isBuffer(entry)) throw new WireError('proto: wrong wireType = 2');
  return entry;
}

function readDouble(entry: Entry): number {
  const bytes = asBytes(entry);
  if (bytes.length !== 8) throw new WireError('unexpected EOF');
  return bytes.readDoubleLE();
}

function numberOf(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function readIntOrString(entry: Entry): number | string {
  const message = readMessage(asBytes(entry));
  const [type, int] = [1, 2].map((number) => message.get(number)?.at(-1) ?? 0n);
  return asNumber(type!) === 0n ? Number(signedOf(asNumber(int!))) : textOf(bytesOf(message, 3));
}

/** @param fraction `.` for six digits of the second, else none */
function readTime(entry: Entry, fraction: '' | '.'): string | null {
  const message = readMessage(asBytes(entry));
  const [seconds, nanos] = [1, 2].map((number) => Number(signedOf(asNumber(message.get(number)?.at(-1) ?? 0n))));
  if (seconds === 0 && nanos === 0) return null;
  const time = new Date(seconds! * 1000);
  if (Number.isNaN(time.getTime())) throw new WireError('proto: time out of range');
  const micros = String(Math.trunc(nanos! / 1000)).padStart(6, '0');
  return `${time.toISOString().slice(0, 19)}${fraction === '' ? '' : `.${micros}`}Z`;
}

/** JSON text in a message of its own. */
function readJson(entry: Entry): unknown {
  const text = textOf(bytesOf(readMessage(asBytes(entry)), 1));
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new WireError('the object holds a text that is not JSON', { cause: error });
  }
}

import { types, type Type } from '../check/type.ts';
import { parseDuration, parseTimestamp } from './time.ts';
import { Duration, KeyedList, MapValue, Opaque, Optional, Timestamp, TypeValue, Uint, type Value } from './value.ts';

const maxInt = 2n ** 63n - 1n;

/**
 * JSON data as a value: whole numbers are ints, others doubles. A type that is known decides: numbers of a double are
 * doubles, texts of durations, times and bytes are those, and what may be missing is an optional, without a value for
 * `null`. What is a value already stays as it is.
 */
export function toValue(data: unknown, type: Type = types.dyn): Value {
  if (type.kind === 'optional') return data === null ? new Optional() : new Optional(toValue(data, type.params[0]));
  switch (typeof data) {
    case 'number':
      return numberValue(data, type);
    case 'string':
      return textValue(data, type);
    case 'boolean':
    case 'bigint':
      return data;
    case 'object':
      return objectValue(data, type);
    default:
      return null;
  }
}

function numberValue(data: number, { name }: Type): Value {
  if (name === 'double' || !Number.isInteger(data)) return data;
  const whole = BigInt(data);
  // JavaScript rounds the largest int up by one when it parses it.
  if (whole === maxInt + 1n) return maxInt;
  return whole > maxInt || whole < -maxInt - 1n ? data : whole;
}

function textValue(data: string, { name }: Type): Value {
  if (name === 'google.protobuf.Duration') return parseDuration(data) ?? data;
  if (name === 'google.protobuf.Timestamp') return parseTimestamp(data) ?? data;
  return name === 'bytes' ? Uint8Array.from(atob(data), (char) => char.charCodeAt(0)) : data;
}

function objectValue(data: object | null, type: Type): Value {
  if (data === null || isValue(data)) return data;
  if (Array.isArray(data)) return listValue(data, type);
  return new DataMap(data as Readonly<Record<string, unknown>>, type);
}

function listValue(data: readonly unknown[], { params, keyFields }: Type): Value {
  const values = data.map((item) => toValue(item, params[0]));
  return keyFields === undefined ? values : KeyedList.make(values, keyFields);
}

function isValue(data: object): data is Exclude<Value, null | boolean | bigint | number | string | readonly Value[]> {
  return [MapValue, Uint8Array, Uint, Timestamp, Duration, Optional, Opaque, TypeValue].some(
    (kind) => data instanceof kind,
  );
}

/** A JSON object. Its fields become values when they are asked for, so that large objects cost nothing. */
class DataMap extends MapValue {
  readonly #data: Readonly<Record<string, unknown>>;
  readonly #type: Type;
  readonly #values = new Map<string, Value>();

  constructor(data: Readonly<Record<string, unknown>>, type: Type) {
    super();
    this.#data = data;
    this.#type = type;
  }

  override get size(): number {
    return Object.keys(this.#data).length;
  }

  override get(name: Value): Value | undefined {
    if (typeof name !== 'string') return undefined;
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const { fields } = this.#type;
    const field = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
    const key = field?.key ?? name;
    if (!Object.hasOwn(this.#data, key) || this.#data[key] === undefined) return undefined;
    // A known field without a value counts as absent.
    if (field !== undefined && this.#data[key] === null) return undefined;
    const value = toValue(this.#data[key], field?.type ?? this.#type.params[1]);
    this.#values.set(name, value);
    return value;
  }

  override *keys(): Iterable<Value> {
    yield* Object.keys(this.#data);
  }
}

/** A value as JSON data, for callers who know no values. Ints that are safe become numbers. */
export function toData(value: Value): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Uint) return toData(value.value);
  if (value instanceof Optional) return value.value === undefined ? undefined : toData(value.value);
  if (Array.isArray(value)) return (value as Value[]).map(toData);
  if (!(value instanceof MapValue)) return value;
  return Object.fromEntries([...value.keys()].map((key) => [String(toData(key)), toData(value.get(key)!)]));
}

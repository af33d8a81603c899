import type { Type } from '../check/type.ts';

/**
 * A value while an expression runs. A `bigint` is an int, a `number` is a double; a map is never a plain object, so that
 * keys keep their types.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Uint8Array
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | MapValue
  | Opaque
  | readonly Value[];

/** An unsigned integer. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A point in time, in nanoseconds since 1970. */
export class Timestamp {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A length of time, in nanoseconds. */
export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A type as a value: what `type(x)` and a type's name give. */
export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class Optional {
  /** `undefined` when there is none. */
  readonly value: Value | undefined;
  constructor(value?: Value) {
    this.value = value;
  }
}

/** A list whose order does not count: a set, or a list whose elements are told apart by some of their fields. */
export class KeyedList extends Array<Value> {
  /** None for a set, whose elements are their own keys. */
  keyFields: readonly string[] = [];

  /** What is made from it is a plain list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static make(values: readonly Value[], keyFields: readonly string[]): KeyedList {
    const list = new KeyedList();
    for (const value of values) list.push(value);
    list.keyFields = keyFields;
    return list;
  }
}

/** A value of a library's own type, such as a quantity. */
export abstract class Opaque {
  abstract readonly typeName: string;
  abstract equals(other: Opaque): boolean;
}

export abstract class MapValue {
  abstract readonly size: number;
  /** @returns `undefined` when there is no such key */
  abstract get(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;
}

/** A map made by an expression. Numbers that are equal are the same key, whatever their type. */
export class MadeMap extends MapValue {
  readonly #entries = new Map<string, readonly [Value, Value]>();

  /** @returns false when the key was there before */
  add(key: Value, value: Value): boolean {
    const id = keyId(key);
    const isNew = !this.#entries.has(id);
    this.#entries.set(id, [key, value]);
    return isNew;
  }

  override get size(): number {
    return this.#entries.size;
  }

  override get(key: Value): Value | undefined {
    return this.#entries.get(keyId(key))?.[1];
  }

  override *keys(): Iterable<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

function keyId(key: Value): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === 'bigint') return `n${key}`;
  return key === null || typeof key === 'boolean' ? `o${key}` : 'o';
}

/** The name of a value's type, as `type()` and messages give it. */
export function typeNameOf(value: Value): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: Exclude<Value, boolean | bigint | number | string>): string {
  if (value === null) return 'null_type';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof MapValue) return 'map';
  return value instanceof Opaque ? value.typeName : 'list';
}

/** Whether a value can be an argument where the type is asked for. Of a list the first element has to fit as well. */
export function fitsType(value: Value, type: Type): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
    case 'error':
      return true;
    case 'object':
      return value instanceof MapValue;
    case 'list':
      return Array.isArray(value) && (value.length === 0 || fitsType(value[0] as Value, type.params[0]!));
    default:
      return typeNameOf(value) === type.name;
  }
}

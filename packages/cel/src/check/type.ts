/** A type of the type check. Types are compared by their shape. */
export type Type = {
  readonly kind: 'basic' | 'list' | 'map' | 'type' | 'optional' | 'opaque' | 'object' | 'dyn' | 'error' | 'param';
  /** `int`, `list`, …; of an object the name of its schema; of a parameter its own. */
  readonly name: string;
  /** Types of the elements of a list, of keys and values of a map, of what an optional holds. */
  readonly params: readonly Type[];
  /** What an object may have; a field that is not here is refused. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** Of a list whose order does not count: the fields that tell its elements apart, none for a set. */
  readonly keyFields?: readonly string[];
  /** How to print it, where that is not its name. */
  readonly label?: string;
};

export type Field = {
  readonly type: Type;
  /** The key in the data, where the name in expressions is an escaped one. */
  readonly key?: string;
};

function basic(name: string, label?: string): Type {
  return { kind: 'basic', name, params: [], ...(label === undefined ? {} : { label }) };
}

export const types = {
  dyn: { kind: 'dyn', name: 'dyn', params: [] },
  error: { kind: 'error', name: '!error!', params: [] },
  null: basic('null_type', 'null'),
  bool: basic('bool'),
  int: basic('int'),
  uint: basic('uint'),
  double: basic('double'),
  string: basic('string'),
  bytes: basic('bytes'),
  timestamp: basic('google.protobuf.Timestamp', 'timestamp'),
  duration: basic('google.protobuf.Duration', 'duration'),
} as const satisfies Record<string, Type>;

export function listOf(element: Type): Type {
  return { kind: 'list', name: 'list', params: [element] };
}

export function mapOf(key: Type, value: Type): Type {
  return { kind: 'map', name: 'map', params: [key, value] };
}

export function optionalOf(type: Type): Type {
  return { kind: 'optional', name: 'optional_type', params: [type] };
}

/** The type of a type used as a value. */
export function typeOf(type: Type): Type {
  return { kind: 'type', name: 'type', params: [type] };
}

export function paramType(name: string): Type {
  return { kind: 'param', name, params: [] };
}

/** A type of a library, such as a quantity. */
export function opaqueType(name: string): Type {
  return { kind: 'opaque', name, params: [] };
}

/** A record with known fields. */
export function objectType(name: string, fields: Readonly<Record<string, Field>>): Type {
  return { kind: 'object', name, params: [], fields };
}

/** A JSON object of which nothing is known. */
export const structType: Type = mapOf(types.string, types.dyn);

/** As messages print it: `map(string, dyn)`. */
export function formatType(type: Type): string {
  const name = type.label ?? type.name;
  return type.params.length === 0 ? name : `${name}(${type.params.map(formatType).join(', ')})`;
}

/** Whether two types are the same; a `dyn` is only the same as a `dyn`. */
export function sameType(a: Type, b: Type): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.params.every((param, index) => sameType(param, b.params[index] ?? types.error))
  );
}

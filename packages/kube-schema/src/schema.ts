/** A JSON object as it travels over the wire. Values are `unknown` until a schema has looked at them. */
export type JsonObject = Record<string, unknown>;

export interface GroupVersionKind {
  /** `''` for core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * How a value merges: which of the three shapes it may have, and how each behaves. A type with several shapes (an
 * untyped value, an object that keeps unknown fields) is read by the shape that the value has.
 */
export interface Schema {
  readonly scalar?: Scalar;
  readonly list?: ListSchema;
  readonly map?: MapSchema;
  /** What Go decodes this into, for the built-in kinds: narrower than `scalar`. */
  readonly go?: GoScalar;
}

export type Scalar = 'string' | 'numeric' | 'boolean' | 'untyped';

/** `quantity`, `intOrString`, `time` and `microTime` are untyped to the merge, `bytes` is a base64 string. */
export type GoScalar =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'bytes'
  | 'quantity'
  | 'intOrString'
  | 'time'
  | 'microTime'
  | 'fieldsV1'
  | 'raw';

export interface ListSchema {
  readonly type: 'atomic' | 'set' | 'map';
  /** The fields that identify an item, for type `map`; else empty. */
  readonly keys: readonly string[];
  readonly items: Schema;
}

/** A struct (`fields`), a map with free keys (`values`), or both when a struct keeps unknown fields. */
export interface MapSchema {
  readonly atomic: boolean;
  /** Built-in structs: the name of the Go type without its package, as error texts have it. */
  readonly goName?: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** The schema of keys that are no field; without it such a key is an error. */
  readonly values?: Schema;
}

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  /** The default of the schema: it completes a missing list key, and `{}` marks a struct that is always there. */
  readonly default?: unknown;
  /** How a strategic merge patch treats the field; built-in kinds only. */
  readonly patch?: PatchRule;
  /** Built-in kinds: whether an empty value is left out when the object is written. */
  readonly omitEmpty?: boolean;
  /**
   * Built-in kinds: where the field is in a protobuf message: its number, after those of the embedded messages that it is
   * in; `[0]` when it is not there.
   */
  readonly protobuf?: readonly number[];
  /** Built-in kinds: the field is a pointer, so that absent and empty differ. */
  readonly pointer?: boolean;
}

export interface PatchRule {
  readonly strategies: readonly PatchStrategy[];
  /** The one field that identifies an item of a list with strategy `merge`; none for a list of scalars. */
  readonly mergeKey?: string;
}

export type PatchStrategy = 'merge' | 'replace' | 'retainKeys';

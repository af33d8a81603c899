/**
 * One definition gives the TypeScript type, the schema in the CRD and with it the validation. What the builders return is
 * plain structural OpenAPI v3; the type parameter exists only for the compiler. (typebox would cost 22 MiB of memory.)
 */
export type Schema<T = unknown> = JsonSchema & { readonly [typed]?: T };

declare const typed: unique symbol;
const optionalMark = Symbol('optional');

export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly items?: JsonSchema;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

export type Static<S> = S extends Schema<infer T> ? T : never;

type Optional<S> = S & { readonly [optionalMark]: true };
type Properties = Readonly<Record<string, Schema>>;
type OptionalNames<P> = { [K in keyof P]: P[K] extends { readonly [optionalMark]: true } ? K : never }[keyof P];
type ObjectType<P> = { readonly [K in Exclude<keyof P, OptionalNames<P>>]: Static<P[K]> } & {
  readonly [K in OptionalNames<P>]?: Static<P[K]>;
};
type Flat<T> = { readonly [K in keyof T]: T[K] };

type Extra = Pick<JsonSchema, 'default' | 'x-kubernetes-validations'>;
type StringExtra = Extra & Pick<JsonSchema, 'format' | 'pattern' | 'minLength' | 'maxLength'>;

/** An object with these fields and, once the API server has pruned it, no others. */
export function object<P extends Properties>(
  description: string,
  properties: P,
  extra: Extra = {},
): Schema<Flat<ObjectType<P>>> {
  const required = Object.keys(properties).filter((name) => !(optionalMark in (properties[name] ?? {})));
  return { type: 'object', description, properties, ...(required.length > 0 && { required }), ...extra };
}

/** Marks a field of `object` as one that may be absent. */
export function optional<S extends Schema>(schema: S): Optional<S> {
  return { ...schema, [optionalMark]: true };
}

export function array<S extends Schema>(description: string, items: S): Schema<readonly Static<S>[]> {
  return { type: 'array', description, items };
}

export function map<S extends Schema>(
  description: string,
  additionalProperties: S,
): Schema<Readonly<Record<string, Static<S>>>> {
  return { type: 'object', description, additionalProperties };
}

export function string(description: string, extra: StringExtra = {}): Schema<string> {
  return { type: 'string', description, ...extra };
}

export function oneOf<const V extends readonly string[]>(
  description: string,
  values: V,
  extra: Extra = {},
): Schema<V[number]> {
  return { type: 'string', description, enum: values, ...extra };
}

export function boolean(description: string, extra: Extra = {}): Schema<boolean> {
  return { type: 'boolean', description, ...extra };
}

export function int64(description: string, extra: Extra & Pick<JsonSchema, 'minimum'> = {}): Schema<number> {
  return { type: 'integer', format: 'int64', description, ...extra };
}

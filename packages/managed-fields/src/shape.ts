import { deducedSchema, type ListSchema, type MapSchema, type Scalar, type Schema } from '@sluice/kube-schema';
import { isNumber, isObject } from './json.ts';

/** The one shape by which a value is read. `undefined` stands for an absent value, which may have any. */
export type Shape =
  | { readonly kind: 'map'; readonly map: MapSchema }
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'list'; readonly list: ListSchema };

/** The shape that `value` has among those its schema allows, else the first allowed. */
export function shapeOf(schema: Schema, value: unknown): Shape {
  const { map, scalar, list } = schema;
  if (map !== undefined && isObject(value)) return { kind: 'map', map };
  if (list !== undefined && Array.isArray(value)) return { kind: 'list', list };
  if (scalar !== undefined && isScalar(value)) return { kind: 'scalar', scalar };
  if (map !== undefined) return { kind: 'map', map };
  if (scalar !== undefined) return { kind: 'scalar', scalar };
  return { kind: 'list', list: list ?? deducedSchema.list! };
}

/** The schema of a map's key; `undefined` when the struct does not declare it. */
export function valueSchema(map: MapSchema, key: string): Schema | undefined {
  return map.fields.get(key)?.schema ?? map.values;
}

/** The schema of a key for values that have been validated. */
export function knownSchema(map: MapSchema, key: string): Schema {
  return valueSchema(map, key) ?? deducedSchema;
}

/** A map's entries; none for null, absent and anything else. */
export function entriesOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined;
}

export function itemsOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function isScalar(value: unknown): boolean {
  return isNumber(value) || typeof value === 'string' || typeof value === 'boolean';
}

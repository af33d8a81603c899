import { isRecord, jsonEqual, type JsonRecord } from '../json.ts';
import type { StructuralSchema } from './schema.ts';

/** Finds the item of an old list that an item of a keyed list was. Items of other lists correspond to nothing. */
export function correlateItems(schema: StructuralSchema, old: unknown): (item: unknown) => unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return () => undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return (item) => old.find((candidate: unknown) => jsonEqual(keyOf(candidate, keys), keyOf(item, keys)));
}

/** The fields of an item that tell it from the others. */
export function keyOf(item: unknown, keys: readonly string[]): JsonRecord {
  if (!isRecord(item)) return {};
  return Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));
}

import { isRecord, setKey } from '../json.ts';
import { resourceKeys, isResource, schemaOfKey, type StructuralSchema } from './schema.ts';

/**
 * Fills in defaults, top down, also for nulls that the schema does not allow. Changes the value it is given.
 * @param isRoot the root of an object, whose metadata is not the schema's to default
 */
export function applySchemaDefaults(schema: StructuralSchema, value: unknown, isRoot = false): void {
  if (Array.isArray(value)) {
    if (schema.items !== undefined) defaultItems(schema.items, value);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const isNull = Object.hasOwn(value, key) && value[key] === null;
    const isUnset = !Object.hasOwn(value, key) || (isNull && property.nullable !== true);
    if (isUnset && property.default !== undefined) {
      setKey(value, key, structuredClone(property.default));
    }
  }
  for (const [key, child] of Object.entries(value)) {
    if (isResource(schema, isRoot) && resourceKeys.has(key)) continue;
    const childSchema = schemaOfKey(schema, key);
    if (childSchema === undefined) continue;
    if (child === null && childSchema.nullable !== true && childSchema.default !== undefined) {
      setKey(value, key, structuredClone(childSchema.default));
    }
    applySchemaDefaults(childSchema, value[key]);
  }
}

function defaultItems(items: StructuralSchema, value: unknown[]): void {
  for (const [index, item] of value.entries()) {
    if (item === null && items.nullable !== true && items.default !== undefined) {
      value[index] = structuredClone(items.default);
    }
    applySchemaDefaults(items, value[index]);
  }
}

/** Drops keys whose value is a null that the schema neither allows nor replaces. Changes the value it is given. */
export function pruneNulls(schema: StructuralSchema, value: unknown, isRoot = false): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items !== undefined) pruneNulls(schema.items, item);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, child] of Object.entries(value)) {
    if (isResource(schema, isRoot) && resourceKeys.has(key)) continue;
    const property = schema.properties?.[key];
    if (child === null && property !== undefined && property.nullable !== true && property.default === undefined) {
      delete value[key];
    } else {
      const childSchema = schemaOfKey(schema, key);
      if (childSchema !== undefined) pruneNulls(childSchema, child);
    }
  }
}

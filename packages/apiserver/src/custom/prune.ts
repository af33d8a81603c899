import { isRecord, setKey, type JsonRecord } from '../json.ts';
import { isResource, resourceKeys, schemaOfKey, type StructuralSchema } from './schema.ts';

/**
 * A copy of a value without what the schema does not specify, and with integer-valued floats as integers.
 * @param unknown collects the paths of what was left out
 * @param isRoot the root of an object: apiVersion, kind and metadata stay, though the schema need not name them
 */
export function prune(
  schema: StructuralSchema,
  value: unknown,
  {
    unknown,
    path = '',
    isRoot = false,
    preserve = false,
  }: { unknown: string[]; path?: string; isRoot?: boolean; preserve?: boolean },
): unknown {
  if (Array.isArray(value)) {
    const items = schema.items ?? {};
    return value.map((item: unknown, i) => prune(items, item, { unknown, path: `${path}[${i}]` }));
  }
  if (!isRecord(value)) return value;
  const keep = preserve || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const asResource = isResource(schema, isRoot);
  const result: JsonRecord = {};
  for (const [key, child] of Object.entries(value)) {
    const childPath = path === '' ? key : `${path}.${key}`;
    const childSchema = schemaOfKey(schema, key);
    if (childSchema !== undefined && !(asResource && resourceKeys.has(key))) {
      setKey(result, key, prune(childSchema, child, { unknown, path: childPath }));
    } else if (keep || (asResource && resourceKeys.has(key))) {
      setKey(result, key, structuredClone(child));
    } else {
      unknown.push(childPath);
    }
  }
  return result;
}

import type { JsonObject } from '@sluice/kube-schema';
import { PatchError } from '../error.ts';
import { goString, goType, goValue } from '../go-format.ts';
import { isObject, setEntry } from '../json.ts';

export const patchMarker = '$patch';
export const retainKeysMarker = '$retainKeys';
export const orderPrefix = '$setElementOrder/';
export const deletePrefix = '$deleteFromPrimitiveList/';

/** A patch value that finds nothing to merge with, as it is stored; `undefined` when it is itself a directive. */
export function asNewValue(value: unknown): unknown {
  return withoutDirectives(withoutNulls(value));
}

/** `value` without the objects that carry a `$patch`; `undefined` when it is such an object itself. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (patchMarker in value) return undefined;
  return mapEntries(value, withoutDirectives);
}

/** Maps lose their nulls, lists keep them. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isObject(value) ? mapEntries(value, (entry) => (entry === null ? undefined : withoutNulls(entry))) : value;
}

/** The object with each entry changed, without those that become `undefined`. */
function mapEntries(object: JsonObject, change: (entry: unknown) => unknown): JsonObject {
  const result: JsonObject = {};
  for (const [key, entry] of Object.entries(object)) {
    const next = change(entry);
    if (next !== undefined) setEntry(result, key, next);
  }
  return result;
}

/**
 * `original` without what the patch's `$retainKeys` does not list, and the patch without the directive.
 * @throws PatchError when the patch sets a key that it does not list
 */
export function applyRetainKeys(original: JsonObject, patch: JsonObject): { original: JsonObject; patch: JsonObject } {
  if (!(retainKeysMarker in patch)) return { original, patch };
  const { [retainKeysMarker]: list, ...rest } = patch;
  if (!Array.isArray(list)) throw badRetainKeys();
  const retained = new Set<unknown>(list);
  for (const [key, value] of Object.entries(rest)) {
    const isDirective = key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
    if (value !== null && !isDirective && !retained.has(key)) throw badRetainKeys();
  }
  return { original: Object.fromEntries(Object.entries(original).filter(([key]) => retained.has(key))), patch: rest };
}

export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw failed(`expected a []interface {}, but received a ${goType(value)}`);
}

export function unknownPatchType(type: unknown, map: JsonObject): PatchError {
  return failed(`unknown patch type: ${goString(type)} in map: ${goValue(map)}`);
}

export function failed(message: string): PatchError {
  return new PatchError('failed', message);
}

function badRetainKeys(): PatchError {
  return new PatchError('format', 'invalid patch format of retainKeys');
}

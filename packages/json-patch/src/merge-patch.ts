import type { JsonObject } from '@sluice/kube-schema';
import { PatchError } from './error.ts';
import { goJsonKind } from './go-format.ts';
import { isObject, setEntry } from './json.ts';

/** RFC 7386. `document` stays as it is. @throws PatchError `format` when the patch is no object */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (patch === null) throw new PatchError('format', 'Invalid JSON Patch');
  if (!isObject(patch)) {
    const kind = goJsonKind(patch);
    throw new PatchError(
      'format',
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    );
  }
  return mergeObject(document, patch);
}

function mergeObject(document: unknown, patch: JsonObject): JsonObject {
  const result = isObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setEntry(result, key, isObject(value) ? mergeObject(own(result, key), value) : value);
  }
  return result;
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

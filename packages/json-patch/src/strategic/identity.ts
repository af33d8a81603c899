import type { JsonObject } from '@sluice/kube-schema';
import type { PatchError } from '../error.ts';
import { goType, goValue } from '../go-format.ts';
import { isObject } from '../json.ts';
import { failed } from './directives.ts';

/** Whether two items are one: by merge key, or by value when there is none. */
export function sameItem(a: unknown, b: unknown, mergeKey: string | undefined): boolean {
  if (mergeKey === undefined) return a === b;
  return isObject(a) && isObject(b) && mergeKey in a && a[mergeKey] === b[mergeKey];
}

/** @throws PatchError when an item has no merge key, or is no object */
export function assertMergeKeys(items: readonly unknown[], mergeKey: string | undefined): void {
  if (mergeKey === undefined) return;
  for (const item of items) {
    if (!isObject(item)) throw failed(`expected a map[string]interface {}, but received a ${goType(item)}`);
    if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
  }
}

export function noMergeKey(item: JsonObject, mergeKey: string): PatchError {
  return failed(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

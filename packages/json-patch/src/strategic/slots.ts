import type { JsonObject } from '@sluice/kube-schema';
import { isObject } from '../json.ts';
import { patchMarker } from './directives.ts';
import { sameItem } from './identity.ts';

/**
 * The live list by which the reference orders a result with `$setElementOrder`. It merges in place: items that the patch
 * deletes move the rest up, and items that it adds fill the slots left at the end, as if they had been live.
 */
export function slotsAfterMerge(live: readonly unknown[], patch: readonly unknown[], mergeKey: string): unknown[] {
  const slots = [...live];
  let length = live.length;
  const items = patch.filter(isObject);
  for (const item of items.filter((entry) => entry[patchMarker] === 'delete')) {
    let index = indexBelow(length, slots, item, mergeKey);
    while (index >= 0) {
      slots.copyWithin(index, index + 1, length);
      length -= 1;
      index = indexBelow(length, slots, item, mergeKey);
    }
  }
  if (items.some((entry) => entry[patchMarker] === 'replace')) return slots;
  for (const item of items.filter((entry) => !(patchMarker in entry))) {
    if (length < slots.length && indexBelow(length, slots, item, mergeKey) < 0) {
      slots[length] = item;
      length += 1;
    }
  }
  return slots;
}

function indexBelow(length: number, slots: readonly unknown[], item: JsonObject, mergeKey: string): number {
  return slots.findIndex((entry, i) => i < length && sameItem(entry, item, mergeKey));
}

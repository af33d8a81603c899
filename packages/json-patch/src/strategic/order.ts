import { goValue } from '../go-format.ts';
import { isObject } from '../json.ts';
import { failed, patchMarker } from './directives.ts';
import { assertMergeKeys, sameItem } from './identity.ts';

export interface Arrangement {
  /** The items whose order is wanted, as they are in the patch or its `$setElementOrder`. */
  readonly first: readonly unknown[];
  readonly live: readonly unknown[];
  readonly mergeKey?: string;
}

/**
 * `items` with those that are in `first` in its order, and the others put between them one after the other: each before
 * the first item, from the last insertion on, that stands behind it in the live list; else at the end.
 */
export function arrange(items: readonly unknown[], { first, live, mergeKey }: Arrangement): unknown[] {
  assertMergeKeys([...items, ...first, ...live], mergeKey);
  const listed = items.filter((item) => indexOf(first, item, mergeKey) >= 0);
  const others = items.filter((item) => indexOf(first, item, mergeKey) < 0);
  const left = sortBy(others, live, mergeKey);
  const right = sortBy(listed, first, mergeKey);
  const result: unknown[] = [];
  let l = 0;
  for (const item of right) {
    const place = indexOf(live, item, mergeKey);
    while (l < left.length && place >= 0 && isBefore(left[l], place, live, mergeKey)) {
      result.push(left[l]);
      l += 1;
    }
    result.push(item);
  }
  return [...result, ...left.slice(l)];
}

/** @throws PatchError when the patch has an item that its `$setElementOrder` does not list, or in another order */
export function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  const kept = patch.filter((item) => !isObject(item) || item[patchMarker] !== 'delete');
  assertMergeKeys(kept, mergeKey);
  let next = 0;
  for (const wanted of order) {
    if (next < kept.length && sameItem(kept[next], wanted, mergeKey)) next += 1;
  }
  if (next === kept.length) return;
  throw failed(
    `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
  );
}

function isBefore(item: unknown, place: number, live: readonly unknown[], mergeKey: string | undefined): boolean {
  const index = indexOf(live, item, mergeKey);
  return index >= 0 && index < place;
}

function sortBy(items: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): unknown[] {
  return items.toSorted((a, b) => indexOf(order, a, mergeKey) - indexOf(order, b, mergeKey));
}

function indexOf(items: readonly unknown[], item: unknown, mergeKey: string | undefined): number {
  return items.findIndex((entry) => sameItem(entry, item, mergeKey));
}

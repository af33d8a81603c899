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

/**
 * Whether the items of a patch come in the order of its `$setElementOrder`; an empty order lists nothing. Items that are
 * directives may stand anywhere but behind the last one listed.
 * @throws PatchError
 */
export function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  if (order.length === 0) return;
  const kept = patch.filter((item) => !isObject(item) || item[patchMarker] !== 'delete');
  let next = 0;
  let place = 0;
  while (next < kept.length && place < order.length) {
    const item = kept[next];
    if (isObject(item) && patchMarker in item) {
      next += 1;
      continue;
    }
    assertMergeKeys([item, order[place]], mergeKey);
    if (sameItem(item, order[place], mergeKey)) next += 1;
    place += 1;
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

/**
 * `items` in the order of `order`. Items that it does not know swap places with whatever stands before them, as in the
 * reference, whose comparison calls them less than everything.
 */
function sortBy(items: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): unknown[] {
  const places = items.map((item) => ({ item, place: indexOf(order, item, mergeKey) }));
  const isLess = (a: number, b: number) => a < 0 || b < 0 || a < b;
  for (let i = 1; i < places.length; i += 1) {
    for (let j = i; j > 0 && isLess(places[j]!.place, places[j - 1]!.place); j -= 1) {
      [places[j - 1], places[j]] = [places[j]!, places[j - 1]!];
    }
  }
  return places.map(({ item }) => item);
}

function indexOf(items: readonly unknown[], item: unknown, mergeKey: string | undefined): number {
  return items.findIndex((entry) => sameItem(entry, item, mergeKey));
}

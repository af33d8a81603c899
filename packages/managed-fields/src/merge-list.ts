import type { ListSchema } from '@sluice/kube-schema';
import { itemElement } from './list-item.ts';
import type { PathElement } from './path.ts';

/** Merges two items of one identity; either side may be absent. */
export type MergeItem = (live: unknown, applied: unknown) => unknown;

/**
 * The items of both lists, each identity once. Shared items follow the order applied, live-only items keep their place
 * between the shared ones around them, applied-only items come in where they were applied. Live items that share one
 * identity give way to the applied item of that identity.
 */
export function mergeLists(
  live: readonly unknown[],
  applied: readonly unknown[],
  list: ListSchema,
  mergeItem: MergeItem,
): unknown[] {
  const left = indexItems(live, list);
  const right = indexItems(applied, list);
  const shared = right.order.filter((element) => left.items.has(element));
  const taken = new Set<PathElement>();
  const result: unknown[] = [];
  const take = (element: PathElement) => {
    taken.add(element);
    result.push(mergeItem(left.items.get(element), right.items.get(element)));
    if (shared[0] === element) shared.shift();
  };

  let l = 0;
  let r = 0;
  while (l < left.order.length || r < right.order.length) {
    const ours = left.order[l];
    const theirs = right.order[r];
    if (ours === undefined) {
      take(theirs!);
      r += 1;
    } else if (ours === theirs) {
      take(ours);
      l += 1;
      r += 1;
    } else if (!right.items.has(ours)) {
      result.push(mergeItem(live[l], undefined));
      l += 1;
    } else if (theirs !== undefined && shared[0] !== undefined && shared[0] !== ours) {
      l += 1; // a shared item whose turn comes elsewhere
    } else {
      if (taken.has(ours)) l += 1;
      if (theirs !== undefined) {
        take(theirs);
        r += 1;
      }
    }
  }
  return result;
}

interface IndexedList {
  readonly order: readonly PathElement[];
  /** By identity; `null` where several items share it. */
  readonly items: ReadonlyMap<PathElement, unknown>;
}

function indexItems(list: readonly unknown[], schema: ListSchema): IndexedList {
  const order: PathElement[] = [];
  const items = new Map<PathElement, unknown>();
  for (const item of list) {
    const element = itemElement(schema, item);
    if (element === undefined) continue;
    order.push(element);
    items.set(element, items.has(element) ? null : item);
  }
  return { order, items };
}

import type { JsonObject } from '@sluice/kube-schema';
import { goValue } from '../go-format.ts';
import { isObject } from '../json.ts';
import { asList, failed, patchMarker, unknownPatchType, withoutDirectives } from './directives.ts';
import { arrange, checkOrder } from './order.ts';
import { noMergeKey, sameItem } from './identity.ts';
import { slotsAfterMerge } from './slots.ts';

export interface ListRule {
  /** `undefined` for lists of scalars. */
  readonly mergeKey: string | undefined;
  readonly mergeItem: (old: JsonObject, item: JsonObject) => JsonObject;
}

/** Lists of one kind of items: scalars become a union, objects merge by their key. Patch items lead the order. */
export function mergeList(old: readonly unknown[], patch: readonly unknown[], rule: ListRule): readonly unknown[] {
  if (old.length === 0 && patch.length === 0) return old;
  if (!holdsObjects(old, patch)) return arrange([...new Set([...old, ...patch])], { first: patch, live: old });
  const { mergeKey } = rule;
  if (mergeKey === undefined) throw failed('cannot merge lists without merge key for unstructured object');
  const base = applyItemDirectives(old as JsonObject[], patch as JsonObject[], mergeKey);
  const merged = mergeItems(base.old, base.patch, { ...rule, mergeKey });
  return arrange(merged, { first: base.patch, live: base.old, mergeKey });
}

/**
 * Merges as `mergeList` and puts the result in `order`, items that are not listed keeping their place.
 * `undefined` when neither side has a list.
 */
export function mergeOrderedList(
  old: unknown,
  patch: unknown,
  order: unknown,
  rule: ListRule & { readonly merges: boolean },
): readonly unknown[] | undefined {
  const wanted = asList(order);
  const live = old === undefined ? undefined : asList(old);
  const changes = patch === undefined ? undefined : asList(patch);
  checkOrder(changes ?? [], wanted, rule.mergeKey);
  if (live === undefined && changes === undefined) return undefined;
  const merged = mergePresent(live, changes, rule);
  if (merged.length === 0 && (live ?? []).length === 0 && (changes ?? []).length === 0) {
    throw failed('no elements in any of the given slices');
  }
  const { mergeKey } = rule;
  const keyed = holdsObjects(live ?? [], changes ?? []);
  if (mergeKey === undefined || !keyed) {
    return arrange(merged, { first: wanted, live: live ?? [] });
  }
  return arrange(merged, { first: wanted, live: slotsAfterMerge(live ?? [], changes ?? [], mergeKey), mergeKey });
}

function mergePresent(
  live: readonly unknown[] | undefined,
  changes: readonly unknown[] | undefined,
  rule: ListRule & { readonly merges: boolean },
): readonly unknown[] {
  if (changes === undefined) return live ?? [];
  if (live === undefined) return withoutDirectives(changes) as readonly unknown[]; // a list stays one
  return rule.merges ? mergeList(live, changes, rule) : changes;
}

export function removeFromList(old: readonly unknown[], values: readonly unknown[]): readonly unknown[] {
  holdsObjects(old, values);
  return old.filter((item) => !values.includes(item));
}

/** `$patch: delete` drops the live item of that key, `$patch: replace` all live items. */
function applyItemDirectives(
  old: readonly JsonObject[],
  patch: readonly JsonObject[],
  mergeKey: string,
): { old: readonly JsonObject[]; patch: readonly JsonObject[] } {
  const plain = patch.filter((item) => !(patchMarker in item));
  let kept = old;
  let replace = false;
  for (const item of patch.filter((entry) => patchMarker in entry)) {
    switch (item[patchMarker]) {
      case 'delete':
        if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
        kept = kept.filter((entry) => !sameItem(entry, item, mergeKey));
        break;
      case 'replace':
        replace = true;
        break;
      case 'merge':
        throw failed('merging lists cannot yet be specified in the patch');
      default:
        throw unknownPatchType(item[patchMarker], item);
    }
  }
  return replace ? { old: plain, patch: [] } : { old: kept, patch: plain };
}

function mergeItems(
  old: readonly JsonObject[],
  patch: readonly JsonObject[],
  { mergeKey, mergeItem }: ListRule & { readonly mergeKey: string },
): JsonObject[] {
  const merged = [...old];
  for (const item of patch) {
    if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
    const index = merged.findIndex((entry) => sameItem(entry, item, mergeKey));
    if (index < 0) merged.push(item);
    else merged[index] = mergeItem(merged[index]!, item);
  }
  return merged;
}

/** @throws PatchError when the items are not all of one kind */
function holdsObjects(...lists: readonly (readonly unknown[])[]): boolean {
  const kinds = new Set(lists.flat().map(kindOf));
  if (kinds.has('list')) throw failed('lists of lists are not supported');
  if (kinds.size > 1) throw failed(`list element types are not identical: ${goValue(lists)}`);
  return kinds.has('object');
}

function kindOf(item: unknown): string {
  if (Array.isArray(item)) return 'list';
  if (typeof item === 'number') return Number.isInteger(item) ? 'integer' : 'float';
  return isObject(item) ? 'object' : item === null ? 'null' : typeof item;
}

import type { ObjectMeta } from '@sluice/api';
import type { ObjectId } from './identity.ts';
import { parseInventoryId, type InventoryEntry } from './inventory.ts';
import { compareIds } from './order.ts';
import { isKept, isOwnedBy, type Owner } from './policy.ts';

export interface StaleObject {
  readonly entry: InventoryEntry;
  readonly id: ObjectId;
}

/**
 * Stale inventory entries in the order in which they are deleted: the reverse of the order of applying.
 * @throws Error when an id cannot be read
 */
export function orderPrune(stale: readonly InventoryEntry[]): StaleObject[] {
  const objects = stale.map((entry) => ({ entry, id: parseInventoryId(entry.id) }));
  return objects.toSorted((a, b) => compareIds(b.id, a.id));
}

/** Whether a live object that left the source may be deleted: it is `owner`'s and nothing on it says to keep it. */
export function isPrunable(live: ObjectMeta, owner: Owner): boolean {
  return isOwnedBy(live, owner) && !isKept(live);
}

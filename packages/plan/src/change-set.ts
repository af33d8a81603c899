import { formatSubject, type ObjectId } from './identity.ts';
import { formatInventoryId, type InventoryEntry } from './inventory.ts';

export type Action = 'created' | 'configured' | 'unchanged' | 'skipped' | 'deleted' | 'unknown';

/** What was done to one object. */
export interface Change {
  readonly id: ObjectId;
  /** API version without its group. */
  readonly version: string;
  readonly action: Action;
}

/** `Service/shop/web created`. */
export function formatChange(change: Change): string {
  return `${formatSubject(change.id)} ${change.action}`;
}

/** One line per object that was touched; `''` when none was. */
export function formatChanges(changes: readonly Change[]): string {
  return changes.filter(isChanged).map(formatChange).join('\n');
}

export function isChanged(change: Change): boolean {
  return change.action !== 'unchanged' && change.action !== 'skipped';
}

export function entryOf(change: Pick<Change, 'id' | 'version'>): InventoryEntry {
  return { id: formatInventoryId(change.id), v: change.version };
}

import type { ObjectId } from './identity.ts';

/** One element of `status.inventory.entries`. */
export interface InventoryEntry {
  readonly id: string;
  /** API version without its group. */
  readonly v: string;
}

// The names of these may hold `:`, which Flux does not write into an id.
const kindsWithColons = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/** `<namespace>_<name>_<group>_<kind>`. @see spec kustomization-controller §12 */
export function formatInventoryId(id: ObjectId): string {
  const mayHaveColons = id.group === 'rbac.authorization.k8s.io' && kindsWithColons.has(id.kind);
  const name = mayHaveColons ? id.name.replaceAll(':', '__') : id.name;
  return `${id.namespace}_${name}_${id.group}_${id.kind}`;
}

/** @throws Error when `id` has fewer than three `_` */
export function parseInventoryId(id: string): ObjectId {
  const parsed = tryParseInventoryId(id);
  if (parsed === undefined) throw new Error(`unable to parse stored object metadata: ${id}`);
  return parsed;
}

export function tryParseInventoryId(id: string): ObjectId | undefined {
  const afterNamespace = id.indexOf('_');
  const beforeKind = id.lastIndexOf('_');
  const beforeGroup = beforeKind < 1 ? -1 : id.lastIndexOf('_', beforeKind - 1);
  if (beforeGroup <= afterNamespace) return undefined;
  return {
    namespace: id.slice(0, afterNamespace),
    name: id.slice(afterNamespace + 1, beforeGroup).replaceAll('__', ':'),
    group: id.slice(beforeGroup + 1, beforeKind),
    kind: id.slice(beforeKind + 1),
  };
}

/** Entries of `old` whose object is not in `next`. The version does not count: another version is the same object. */
export function staleEntries(old: readonly InventoryEntry[], next: readonly InventoryEntry[]): InventoryEntry[] {
  const kept = new Set(next.map((entry) => entry.id));
  return old.filter((entry) => !kept.has(entry.id));
}

/** `next`, then what only `old` has: all that exists or may exist in a moment. */
export function unionEntries(old: readonly InventoryEntry[], next: readonly InventoryEntry[]): InventoryEntry[] {
  return [...next, ...staleEntries(old, next)];
}

/** Whether both name the same objects, in whatever order. */
export function hasSameEntries(a: readonly InventoryEntry[], b: readonly InventoryEntry[]): boolean {
  return staleEntries(a, b).length === 0 && staleEntries(b, a).length === 0;
}

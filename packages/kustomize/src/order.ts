import { KustomizeError } from './errors.ts';
import { gvkSortText, gvkText, sameGvk, type Gvk } from './gvk.ts';
import { compareBytes } from './go-text.ts';
import { kindRanks, orderFirst, orderLast } from './kind-order.ts';
import type { SortOptions } from './kustomization/types.ts';
import type { Resource } from './resource.ts';

/** `legacy` sorts by kind, `none` keeps the order in which resources came. */
export type Reorder = 'legacy' | 'none';

/** The resources in output order (engine §15.1). @param options of the entry layer, which win over `reorder` */
export function inOrder(
  resources: readonly Resource[],
  options: SortOptions | undefined,
  reorder: Reorder,
): readonly Resource[] {
  if (options === undefined) return reorder === 'legacy' ? sortLegacy(resources, orderFirst, orderLast) : resources;
  const { order, legacySortOptions } = options;
  if (order !== 'fifo' && order !== 'legacy') {
    throw new KustomizeError("the field 'sortOptions.order' must be one of [fifo, legacy]");
  }
  if (order === 'legacy') {
    const lists = legacySortOptions ?? { orderFirst: [...orderFirst], orderLast: [...orderLast] };
    return sortLegacy(resources, lists.orderFirst ?? [], lists.orderLast ?? []);
  }
  if (legacySortOptions === undefined) return resources;
  throw new KustomizeError(
    "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
  );
}

interface Sortable {
  readonly resource: Resource;
  readonly gvk: Gvk;
  readonly rank: number;
  readonly gvkKey: string;
  readonly nameKey: string;
}

function sortLegacy(resources: readonly Resource[], first: readonly string[], last: readonly string[]): Resource[] {
  const ranks = kindRanks(first, last);
  return resources
    .map((resource) => sortable(resource, ranks))
    .sort(compare)
    .map(({ resource }) => resource);
}

function sortable(resource: Resource, ranks: ReadonlyMap<string, number>): Sortable {
  const { gvk } = resource;
  const nameKey = `${gvkText(gvk)}|${resource.namespace || '~X'}|${resource.name || '~N'}`;
  return { resource, gvk, rank: ranks.get(gvk.kind) ?? 0, gvkKey: gvkSortText(gvk), nameKey };
}

function compare(a: Sortable, b: Sortable): number {
  if (sameGvk(a.gvk, b.gvk)) return compareBytes(a.nameKey, b.nameKey);
  if (a.rank !== b.rank) return a.rank - b.rank;
  const order = compareBytes(a.gvkKey, b.gvkKey);
  const coreNamespace =
    a.gvk.kind === 'Namespace' && b.gvk.kind === 'Namespace' && (a.gvk.group === '' || b.gvk.group === '');
  return coreNamespace ? -order : order;
}

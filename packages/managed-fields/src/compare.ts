import type { ListSchema, MapSchema, Schema } from '@sluice/kube-schema';
import { recursiveDifference } from './algebra.ts';
import { FieldSetBuilder, type FieldSet } from './field-set.ts';
import { equal } from './json.ts';
import { itemElement } from './list-item.ts';
import { fieldElement, type PathElement, type PathLink } from './path.ts';
import { entriesOf, itemsOf, knownSchema, shapeOf, type Shape } from './shape.ts';

/** The paths that differ. What was added or removed is there at every level, what was modified at its leaf. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

export function compare(before: unknown, after: unknown, schema: Schema): Comparison {
  const walk: Walk = { added: new FieldSetBuilder(), modified: new FieldSetBuilder(), removed: new FieldSetBuilder() };
  compareValues(walk, { before, after, path: undefined }, schema);
  return { added: walk.added.set, modified: walk.modified.set, removed: walk.removed.set };
}

/** `comparison` without what an endpoint ignores. */
export function withoutFields(comparison: Comparison, ignored: FieldSet | undefined): Comparison {
  if (ignored === undefined) return comparison;
  return {
    added: recursiveDifference(comparison.added, ignored),
    modified: recursiveDifference(comparison.modified, ignored),
    removed: recursiveDifference(comparison.removed, ignored),
  };
}

interface Walk {
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
}

/** Both sides of one path; `undefined` is absent, `null` is there. */
interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly path: PathLink | undefined;
}

function compareValues(walk: Walk, pair: Pair, schema: Schema): void {
  const { before, after, path } = pair;
  const left = shapeOf(schema, before);
  const right = shapeOf(schema, after);
  const shape = after === undefined ? left : right;
  // A value that turned from one shape into another is compared by both: first what the old one held is gone.
  if (before !== undefined && after !== undefined && left.kind !== right.kind) compareShape(walk, pair, left);
  if (compareShape(walk, pair, shape) === 'leaf') return;
  if (before === undefined) walk.added.addLink(path);
  else if (after === undefined) walk.removed.addLink(path);
}

function compareShape(walk: Walk, pair: Pair, shape: Shape): 'leaf' | 'inner' {
  if (shape.kind === 'scalar') return compareLeaf(walk, pair);
  if (shape.kind === 'map') {
    if (shape.map.atomic || (isEmpty(entriesOf(pair.before)) && isEmpty(entriesOf(pair.after)))) {
      return compareLeaf(walk, pair);
    }
    compareMaps(walk, pair, shape.map);
    return 'inner';
  }
  if (shape.list.type === 'atomic' || (isEmpty(itemsOf(pair.before)) && isEmpty(itemsOf(pair.after)))) {
    return compareLeaf(walk, pair);
  }
  compareLists(walk, pair, shape.list);
  return 'inner';
}

function compareLeaf(walk: Walk, { before, after, path }: Pair): 'leaf' {
  if (before === undefined) walk.added.addLink(path);
  else if (after === undefined) walk.removed.addLink(path);
  else if (!equal(before, after)) walk.modified.addLink(path);
  return 'leaf';
}

function compareMaps(walk: Walk, pair: Pair, map: MapSchema): void {
  const before = entriesOf(pair.before) ?? {};
  const after = entriesOf(pair.after) ?? {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const path = { parent: pair.path, element: fieldElement(key) };
    compareValues(walk, { before: own(before, key), after: own(after, key), path }, knownSchema(map, key));
  }
}

function compareLists(walk: Walk, pair: Pair, list: ListSchema): void {
  const before = groupItems(list, itemsOf(pair.before) ?? []);
  const after = groupItems(list, itemsOf(pair.after) ?? []);
  for (const element of new Set([...before.keys(), ...after.keys()])) {
    const path = { parent: pair.path, element };
    compareItems(walk, { before: before.get(element) ?? [], after: after.get(element) ?? [], path }, list.items);
  }
}

/** Items of one identity. Several of them compare as one unit at the item's path. */
function compareItems(
  walk: Walk,
  { before, after, path }: { before: readonly unknown[]; after: readonly unknown[]; path: PathLink },
  schema: Schema,
): void {
  if (before.length <= 1 && after.length <= 1) {
    compareValues(walk, { before: before[0], after: after[0], path }, schema);
  } else if (before.length > 1 && after.length > 1) {
    if (!equal(before, after)) walk.modified.addLink(path);
  } else if (before.length > 1) {
    if (after.length === 1) compareValues(walk, { before: undefined, after: after[0], path }, schema);
    walk.removed.addLink(path);
  } else {
    if (before.length === 1) compareValues(walk, { before: before[0], after: undefined, path }, schema);
    walk.added.addLink(path);
  }
}

function groupItems(list: ListSchema, items: readonly unknown[]): Map<PathElement, unknown[]> {
  const groups = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const element = itemElement(list, item);
    if (element === undefined) continue;
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}

function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isEmpty(value: object | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

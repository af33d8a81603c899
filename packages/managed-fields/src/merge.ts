import type { ListSchema, MapSchema, Schema } from '@sluice/kube-schema';
import { mergeLists } from './merge-list.ts';
import { entriesOf, itemsOf, knownSchema, shapeOf, type Shape } from './shape.ts';

/**
 * `live` with `applied` merged into it: maps by key, lists by the identity of their items, leaves and atomic values as
 * applied. `undefined` is absent. Shares parts with both arguments.
 */
export function merge(live: unknown, applied: unknown, schema: Schema): unknown {
  const shape = shapeOf(schema, applied === undefined ? live : applied);
  if (isLeaf(shape, live, applied)) return applied === undefined ? live : applied;
  if (shape.kind === 'map') return mergeMaps(live, applied, shape.map);
  return shape.kind === 'list' ? mergeItems(live, applied, shape.list) : applied;
}

/** Two empty or null containers count as a leaf, which keeps `{}`, `null` and absent apart. */
function isLeaf(shape: Shape, live: unknown, applied: unknown): boolean {
  if (shape.kind === 'scalar') return true;
  if (shape.kind === 'map') {
    return shape.map.atomic || (isEmpty(entriesOf(live)) && isEmpty(entriesOf(applied)));
  }
  return shape.list.type === 'atomic' || (isEmpty(itemsOf(live)) && isEmpty(itemsOf(applied)));
}

function mergeMaps(live: unknown, applied: unknown, map: MapSchema): unknown {
  const left = entriesOf(live) ?? {};
  const right = entriesOf(applied) ?? {};
  const result: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    setOwn(result, key, merge(getOwn(left, key), getOwn(right, key), knownSchema(map, key)));
  }
  return result;
}

function mergeItems(live: unknown, applied: unknown, list: ListSchema): unknown {
  return mergeLists(itemsOf(live) ?? [], itemsOf(applied) ?? [], list, (a, b) => merge(a, b, list.items));
}

function getOwn(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Like assignment, but a key named `__proto__` is a key like any other. */
function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

function isEmpty(value: object | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

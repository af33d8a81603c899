import type { ListSchema, MapSchema, Schema } from '@sluice/kube-schema';
import { below, type FieldSet } from './field-set.ts';
import { itemElement } from './list-item.ts';
import { fieldElement } from './path.ts';
import { entriesOf, itemsOf, knownSchema, shapeOf } from './shape.ts';

/**
 * `value` without the members of `set` and what they hold. A container that loses its last entry becomes `null`, and so
 * does an atomic value or an empty container that something below is to be removed from.
 */
export function removeItems(value: unknown, set: FieldSet, schema: Schema): unknown {
  const shape = shapeOf(schema, value);
  switch (shape.kind) {
    case 'scalar':
      return value;
    case 'map':
      return shape.map.atomic ? null : removeEntries(value, set, shape.map);
    case 'list':
      return shape.list.type === 'atomic' ? null : removeFromList(value, set, shape.list);
  }
}

function removeEntries(value: unknown, set: FieldSet, map: MapSchema): unknown {
  const kept: [string, unknown][] = [];
  for (const [key, entry] of Object.entries(entriesOf(value) ?? {})) {
    const element = fieldElement(key);
    if (set.get(element)?.member === true) continue;
    const inner = below(set, [element]);
    kept.push([key, inner.size === 0 ? entry : removeItems(entry, inner, knownSchema(map, key))]);
  }
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

function removeFromList(value: unknown, set: FieldSet, list: ListSchema): unknown {
  const kept: unknown[] = [];
  for (const item of itemsOf(value) ?? []) {
    const element = itemElement(list, item);
    const node = element === undefined ? undefined : set.get(element);
    if (node?.member === true) continue;
    kept.push(node === undefined ? item : removeItems(item, node.children, list.items));
  }
  return kept.length === 0 ? null : kept;
}

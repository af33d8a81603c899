import type { ListSchema, MapSchema, Schema } from '@sluice/kube-schema';
import { FieldSetBuilder, type FieldSet } from './field-set.ts';
import { isObject } from './json.ts';
import { itemElement } from './list-item.ts';
import { fieldElement, type PathElement, type PathLink } from './path.ts';
import { entriesOf, itemsOf, knownSchema, shapeOf } from './shape.ts';

/** What an apply of `value` owns: its leaves, the entries of free maps and the items of lists (kube-api.md §7.2). */
export function setFromObject(value: unknown, schema: Schema): FieldSet {
  const builder = new FieldSetBuilder();
  collect(value, schema, undefined, builder);
  return builder.set;
}

function collect(value: unknown, schema: Schema, path: PathLink | undefined, set: FieldSetBuilder): void {
  const shape = shapeOf(schema, value);
  switch (shape.kind) {
    case 'scalar':
      return set.addLink(path);
    case 'list':
      return shape.list.type === 'atomic' ? set.addLink(path) : collectItems(value, shape.list, path, set);
    case 'map':
      return shape.map.atomic ? set.addLink(path) : collectEntries(value, shape.map, path, set);
  }
}

function collectEntries(value: unknown, map: MapSchema, path: PathLink | undefined, set: FieldSetBuilder): void {
  for (const [key, entry] of Object.entries(entriesOf(value) ?? {})) {
    const here = { parent: path, element: fieldElement(key) };
    collect(entry, knownSchema(map, key), here, set);
    if (entry === null || isEmptyMap(entry) || !map.fields.has(key)) set.addLink(here);
  }
}

/** Items with the same identity count as one, whose inside nobody tells apart. */
function collectItems(value: unknown, list: ListSchema, path: PathLink | undefined, set: FieldSetBuilder): void {
  const items = itemsOf(value) ?? [];
  const counts = new Map<PathElement, number>();
  const elements = items.map((item) => itemElement(list, item));
  for (const element of elements) {
    if (element !== undefined) counts.set(element, (counts.get(element) ?? 0) + 1);
  }
  items.forEach((item, i) => {
    const element = elements[i];
    if (element === undefined) return;
    const here = { parent: path, element };
    set.addLink(here);
    if (counts.get(element) === 1) collect(item, list.items, here, set);
  });
}

function isEmptyMap(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

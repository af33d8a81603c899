import { deducedSchema, type MapSchema, type Schema } from '@sluice/kube-schema';
import { recursiveDifference, union } from './algebra.ts';
import { FieldSetBuilder, type FieldNode, type FieldSet } from './field-set.ts';
import type { FieldPath, PathElement } from './path.ts';
import { entriesOf, itemsOf, shapeOf, valueSchema } from './shape.ts';
import { itemElement } from './list-item.ts';

/**
 * `set` as it reads after lists or maps of the schema became atomic since it was recorded: what lay below such a node
 * becomes the node itself. The other direction needs nothing (kube-api.md §7.12). `value` decides the shape of untyped parts.
 */
export function reconcileWithSchema(set: FieldSet, value: unknown, schema: Schema): FieldSet {
  const atomic = new FieldSetBuilder();
  findAtomic({ member: false, children: set }, value, schema, { path: [], atomic });
  return atomic.set.size === 0 ? set : union(recursiveDifference(set, atomic.set), atomic.set);
}

interface Walk {
  readonly path: FieldPath;
  readonly atomic: FieldSetBuilder;
}

function findAtomic(node: FieldNode, value: unknown, schema: Schema, walk: Walk): void {
  if (node.children.size === 0) return;
  const shape = shapeOf(schema, value);
  if (shape.kind === 'scalar' || (shape.kind === 'map' && isDeduced(shape.map))) return;
  const atomic = shape.kind === 'map' ? shape.map.atomic : shape.list.type === 'atomic';
  if (atomic) return walk.atomic.add(walk.path);
  for (const [element, child] of node.children) {
    const below = shape.kind === 'map' ? fieldSchema(shape.map, element) : shape.list.items;
    if (below === undefined) continue;
    findAtomic(child, valueBelow(value, schema, element), below, { ...walk, path: [...walk.path, element] });
  }
}

/** A map without a schema of its own says nothing about what is atomic. */
function isDeduced(map: MapSchema): boolean {
  return map.fields.size === 0 && map.values === deducedSchema;
}

function fieldSchema(map: MapSchema, element: PathElement): Schema | undefined {
  return element.startsWith('f:') ? valueSchema(map, element.slice(2)) : undefined;
}

function valueBelow(value: unknown, schema: Schema, element: PathElement): unknown {
  if (element.startsWith('f:')) return entriesOf(value)?.[element.slice(2)];
  const { list } = schema;
  return list === undefined ? undefined : itemsOf(value)?.find((item) => itemElement(list, item) === element);
}

import { deducedSchema, type Schema } from '@sluice/kube-schema';
import type { FieldNode, FieldSet } from './field-set.ts';
import type { PathElement } from './path.ts';

/**
 * `set` with every struct field that lies on the way to a member as a member too; not the keys of free maps and not the
 * items of lists. Pruning needs it: a struct goes with its last field.
 */
export function withNamedFields(set: FieldSet, schema: Schema): FieldSet {
  const result = new Map<PathElement, FieldNode>();
  for (const [element, node] of set) {
    result.set(element, {
      member: node.member || isNamedField(element, schema),
      children: withNamedFields(node.children, schemaBelow(element, schema)),
    });
  }
  return result;
}

function isNamedField(element: PathElement, schema: Schema): boolean {
  return element.startsWith('f:') && schema.map?.fields.has(element.slice(2)) === true;
}

function schemaBelow(element: PathElement, schema: Schema): Schema {
  if (element.startsWith('f:')) {
    return schema.map?.fields.get(element.slice(2))?.schema ?? schema.map?.values ?? deducedSchema;
  }
  return element.startsWith('k:') ? (schema.list?.items ?? deducedSchema) : deducedSchema;
}

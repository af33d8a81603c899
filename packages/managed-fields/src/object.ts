import type { JsonObject } from '@sluice/kube-schema';
import { difference } from './algebra.ts';
import { setOf, type FieldSet } from './field-set.ts';
import { isObject } from './json.ts';
import { encodeManagedFields } from './entry.ts';
import type { Managers } from './managers.ts';
import { fieldElement } from './path.ts';
import type { Tracked } from './versions.ts';

/** What `metadata.managedFields` holds, unchecked. */
export function rawManagedFields(object: JsonObject): unknown {
  return isObject(object.metadata) ? object.metadata.managedFields : undefined;
}

export function withoutManagedFields(object: JsonObject): JsonObject {
  if (!isObject(object.metadata) || !('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** `object` with the entries of `managers` as its managedFields. */
export function tracked(object: JsonObject, managers: Managers, changed: boolean): Tracked {
  const managedFields = encodeManagedFields(managers.values());
  const content = withoutManagedFields(object);
  if (managedFields.length === 0) return { object: content, managedFields, changed };
  const metadata = isObject(content.metadata) ? content.metadata : {};
  return { object: { ...content, metadata: { ...metadata, managedFields } }, managedFields, changed };
}

/** What identifies an object or is kept by the server: nobody owns it (kube-api.md §7.1). */
export function withoutServerFields(fields: FieldSet): FieldSet {
  return difference(fields, serverFields);
}

const metadataNames = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
];

const serverFields = setOf([
  [fieldElement('apiVersion')],
  [fieldElement('kind')],
  [fieldElement('metadata')],
  ...metadataNames.map((name) => [fieldElement('metadata'), fieldElement(name)]),
]);

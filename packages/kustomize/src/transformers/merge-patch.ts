import { idKey } from '../gvk.ts';
import { notes } from '../identity.ts';
import { mergePatch } from '../merge/strategic-merge.ts';
import type { SchemaOf } from '../merge/schema.ts';
import type { Resource } from '../resource.ts';
import type { ResourceSet } from '../resource-set.ts';
import { MappingNode } from '../tree.ts';

/**
 * Applies a strategic merge patch. Name and kind stay unless the patch may change them, the namespace always stays.
 * The patch's tree becomes part of the resource's: a patch for several resources must be copied for each.
 */
export function applyMergePatch(resource: Resource, patch: Resource, schemaOf: SchemaOf): void {
  const { name, namespace, kind } = resource;
  const mayRename = patch.hasNote(notes.allowNameChange);
  const mayChangeKind = patch.hasNote(notes.allowKindChange);
  if (mayRename || mayChangeKind) resource.pushPreviousId();
  if (mergePatch(resource.root, patch.root, schemaOf) === undefined) resource.root = new MappingNode();
  if (resource.isEmpty) return;
  if (!mayChangeKind) resource.setKind(kind);
  if (!mayRename) resource.setName(name);
  resource.setNamespace(namespace);
}

/** Applies one patch to all selected resources; it takes on the apiVersion of each, and its labels become strings. */
export function applyToSelected(
  resources: ResourceSet,
  { patch, selected, schemaOf }: { patch: Resource; selected: readonly Resource[]; schemaOf: SchemaOf },
): void {
  const ids = new Set(selected.map((resource) => idKey(resource.currentId())));
  for (const resource of resources.list) {
    if (!ids.has(idKey(resource.currentId()))) continue;
    const own = patch.copy();
    own.takeMetadataOf(patch);
    own.setApiVersion(resource.gvk);
    own.setKind(patch.kind);
    applyMergePatch(resource, own, schemaOf);
  }
  resources.dropEmpty();
  resources.checkIds();
}

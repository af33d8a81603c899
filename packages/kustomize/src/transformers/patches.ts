import { KustomizeError, locateErrors } from '../errors.ts';
import { idText } from '../gvk.ts';
import { patchResourceLeniently } from '../json6902/patch-resource.ts';
import type { Operation } from '../json6902/operations.ts';
import type { PatchEntry } from '../kustomization/types.ts';
import type { LayerContext } from '../layer-context.ts';
import type { Resource } from '../resource.ts';
import type { ResourceSet } from '../resource-set.ts';
import { select } from '../selector.ts';
import { applyMergePatch, applyToSelected } from './merge-patch.ts';
import { allowChanges, parsePatch, readPatchText } from './patch-text.ts';
import type { Transformer } from './transformer.ts';

/** One entry of `patches` (engine §9.2). */
export function patchTransformer(entry: PatchEntry, layer: LayerContext): Transformer {
  const text = readPatchText(entry, layer);
  const parsed = parsePatch(text, layer);
  const task: PatchTask = { entry, layer, source: text.source };
  const place = { file: text.file };
  if (parsed.type === 'json') {
    return (resources) => locateErrors(place, () => patchByOperations(resources, parsed.operations, task));
  }
  for (const patch of parsed.patches) allowChanges(patch, entry.options);
  return (resources) => locateErrors(place, () => mergePatches(resources, parsed.patches, task));
}

interface PatchTask {
  readonly entry: PatchEntry;
  readonly layer: LayerContext;
  /** How messages call the patch. */
  readonly source: string;
}

function mergePatches(resources: ResourceSet, patches: readonly Resource[], { entry, layer, source }: PatchTask): void {
  const { schemaOf } = layer.build;
  const [first] = patches;
  if (first === undefined) return;
  if (entry.target === undefined) return patches.forEach((patch) => mergeIntoOne(resources, patch, layer));
  if (patches.length > 1) {
    const text = 'Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field';
    throw new KustomizeError(`${text}: ${source}`, { hint: 'give each patch an entry of its own' });
  }
  const selected = select(resources.list, entry.target);
  if (selected.length === 0) layer.build.warn(`patch ${source} selects no resource`);
  applyToSelected(resources, { patch: first, selected, schemaOf });
}

function mergeIntoOne(resources: ResourceSet, patch: Resource, layer: LayerContext): void {
  const target = findTarget(resources, patch);
  applyMergePatch(target, patch, layer.build.schemaOf);
}

function findTarget(resources: ResourceSet, patch: Resource): Resource {
  const id = patch.originalId();
  try {
    return resources.only(id);
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.prefixed(`no resource matches strategic merge patch "${idText(id)}"`).at(patch.origin);
  }
}

function patchByOperations(
  resources: ResourceSet,
  operations: readonly Operation[],
  { entry, layer, source }: PatchTask,
): void {
  if (operations.length === 0) return;
  if (entry.target === undefined) throw new KustomizeError(`must specify a target for JSON patch ${source}`);
  const selected = select(resources.list, entry.target);
  if (selected.length === 0) layer.build.warn(`patch ${source} selects no resource`);
  for (const resource of selected) {
    resource.pushPreviousId();
    patchResourceLeniently(resource, operations);
  }
}

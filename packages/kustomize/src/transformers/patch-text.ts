import { KustomizeError } from '../errors.ts';
import { quoted } from '../go-text.ts';
import { notes } from '../identity.ts';
import { parseOperations, type Operation } from '../json6902/operations.ts';
import { isFinal } from '../loader.ts';
import { readResources } from '../read-resources.ts';
import type { Resource } from '../resource.ts';
import { decodeText } from '../text.ts';
import type { PatchEntry } from '../kustomization/types.ts';
import type { LayerContext } from '../layer-context.ts';

/** What a patch's text turned out to be. */
export type ParsedPatch =
  | { readonly type: 'merge'; readonly patches: readonly Resource[] }
  | { readonly type: 'json'; readonly operations: readonly Operation[] };

/** How messages call a patch: `[path: "p.yaml"]`. */
export interface PatchText {
  readonly text: string;
  readonly source: string;
  /** File in the tree that holds it. */
  readonly file: string;
}

/** Reads the text of a `patches` entry (engine §9.2). */
export function readPatchText({ path = '', patch = '' }: PatchEntry, layer: LayerContext): PatchText {
  const inline = patch.trim();
  if (inline === '' && path === '') throw new KustomizeError('must specify one of patch and path in\n');
  if (inline !== '' && path !== '') throw new KustomizeError("patch and path can't be set at the same time\n");
  if (inline !== '') return { text: inline, source: `[patch: ${quoted(inline)}]`, file: layer.file };
  try {
    const file = layer.loader.load(path);
    return { text: decodeText(file.bytes), source: `[path: ${quoted(path)}]`, file: file.path };
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.prefixed(`failed to get the patch file from path(${path})`);
  }
}

/** Reads the text both ways, as resources and as a JSON patch. Exactly one must succeed with content. */
export function parsePatch({ text, source, file }: PatchText, layer: LayerContext): ParsedPatch {
  const merge = attempt(() => readResources(text, { file, scopeOf: layer.build.scopeOf }));
  const json = attempt(() => parseOperations(text));
  if (merge.value !== undefined && json.value !== undefined && merge.value.length > 0 && json.value.length > 0) {
    throw new KustomizeError(`illegally qualifies as both an SM and JSON patch: ${source}`, { file });
  }
  if (merge.value !== undefined) return { type: 'merge', patches: merge.value };
  if (json.value !== undefined) return { type: 'json', operations: json.value };
  const hint = `as resource: ${merge.error.upstream}; as JSON patch: ${json.error.upstream}`;
  throw new KustomizeError(`unable to parse SM or JSON patch from ${source}`, { file, ...merge.error.place, hint });
}

export function allowChanges(patch: Resource, options: PatchEntry['options']): void {
  if (options?.allowNameChange) patch.setNote(notes.allowNameChange);
  if (options?.allowKindChange) patch.setNote(notes.allowKindChange);
}

type Attempt<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value: undefined; readonly error: KustomizeError };

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (isFinal(error) || !(error instanceof KustomizeError)) throw error;
    return { value: undefined, error };
  }
}

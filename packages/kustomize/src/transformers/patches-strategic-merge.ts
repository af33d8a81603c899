import { KustomizeError, locateErrors } from '../errors.ts';
import { listText } from '../go-text.ts';
import type { LayerContext } from '../layer-context.ts';
import { isFinal } from '../loader.ts';
import { readResources } from '../read-resources.ts';
import type { Resource } from '../resource.ts';
import { decodeText } from '../text.ts';
import { applyToSelected } from './merge-patch.ts';
import type { Transformer } from './transformer.ts';

/** `patchesStrategicMerge`: each item is the text of patches or a path (engine §9.1). */
export function patchesStrategicMergeTransformer(
  { paths = [], patches = '' }: { paths?: readonly string[]; patches?: string },
  layer: LayerContext,
): Transformer {
  if (paths.length === 0 && patches === '') throw new KustomizeError('empty file path and empty patch content');
  const loaded = paths.flatMap((item) => readItem(item, layer));
  if (patches !== '') loaded.push(...readResources(patches, { file: layer.file, scopeOf: layer.build.scopeOf }));
  if (loaded.length === 0)
    throw new KustomizeError(`patch appears to be empty; files=${listText(paths)}, Patch=${patches}`);
  return (resources) => {
    for (const patch of loaded) {
      const selected = locateErrors(patch.origin, () => [resources.only(patch.originalId())]);
      applyToSelected(resources, { patch, selected, schemaOf: layer.build.schemaOf });
    }
  };
}

function readItem(item: string, layer: LayerContext): Resource[] {
  const { scopeOf } = layer.build;
  try {
    return readResources(item, { file: layer.file, scopeOf });
  } catch (error) {
    if (isFinal(error)) throw error;
    const file = layer.loader.load(item);
    return readResources(decodeText(file.bytes), { file: file.path, path: item, scopeOf });
  }
}

import { KustomizeError, locateErrors, prefixErrors } from '../errors.ts';
import { parseOperations } from '../json6902/operations.ts';
import { patchResource } from '../json6902/patch-resource.ts';
import type { SelectorEntry } from '../kustomization/types.ts';
import type { LayerContext } from '../layer-context.ts';
import { select } from '../selector.ts';
import { decodeText } from '../text.ts';
import type { Transformer } from './transformer.ts';

/** One entry of `patchesJson6902`, which unlike `patches` leaves no trace in a resource's history (engine §9.7). */
export function patchesJson6902Transformer(
  { target, path = '', jsonOp = '' }: { target?: SelectorEntry; path?: string; jsonOp?: string },
  layer: LayerContext,
): Transformer {
  if (target === undefined || (target.name ?? '') === '') throw new KustomizeError('must specify the target name');
  const { text, file } = readText(path, jsonOp, layer);
  const operations = locateErrors({ file }, () => prefixErrors(`decoding ${text}`, () => parseOperations(text)));
  if (operations.length === 0)
    throw new KustomizeError(`patch appears to be empty; file=${path}, JsonOp=${text}`, { file });
  return (resources) =>
    locateErrors({ file }, () => {
      for (const resource of select(resources.list, target)) patchResource(resource, operations);
    });
}

function readText(path: string, jsonOp: string, layer: LayerContext): { text: string; file: string } {
  if (path === '' && jsonOp === '') throw new KustomizeError('empty file path and empty jsonOp');
  if (path === '') return { text: jsonOp, file: layer.file };
  if (jsonOp !== '') throw new KustomizeError('must specify a file path or jsonOp, not both');
  const file = layer.loader.load(path);
  const text = decodeText(file.bytes);
  if (text === '') throw new KustomizeError(`patch file '${path}' empty seems to be empty`, { file: file.path });
  return { text, file: file.path };
}

import type { Accumulator } from './accumulator.ts';
import { KustomizeError } from './errors.ts';
import { pluginTransformers } from './layer-transformers.ts';
import type { Layer } from './layer-context.ts';
import { resourceJson } from './resource-json.ts';

const validatedBy = 'validated-by';

/** Runs the `validators` of a layer: transformers that may change nothing but one label (engine §9.10). */
export function runValidators(layer: Layer, { resources }: Accumulator): void {
  for (const { transform } of pluginTransformers(layer, layer.file.kustomization.validators ?? [])) {
    const before = resources.list.map(resourceJson);
    transform(resources);
    const after = resources.list.map(withoutMark);
    if (before.length !== after.length || before.some((text, i) => text !== after[i])) {
      throw new KustomizeError("validator shouldn't modify the resource map: nodes unequal: \n", {
        file: layer.file.path,
      });
    }
    resources.changed();
  }
}

function withoutMark(resource: Parameters<typeof resourceJson>[0]): string {
  const labels = resource.labels();
  if (!labels.delete(validatedBy)) return resourceJson(resource);
  const copy = resource.copy();
  copy.setLabels(labels);
  return resourceJson(copy);
}

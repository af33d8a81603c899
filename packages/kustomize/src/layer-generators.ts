import { configureBuiltin } from './configure-builtin.ts';
import { prefixErrors } from './errors.ts';
import { configMapGenerator, mergeOptions, secretGenerator } from './generators/config-and-secret.ts';
import type { Generator } from './generators/generator.ts';
import type { GeneratorEntry, Kustomization } from './kustomization/types.ts';
import { layerContext, type Layer, type LayerContext } from './layer-context.ts';
import type { Configured } from './origin.ts';
import { builtinOrigin, pluginConfigs, pluginOrigin } from './plugin-configs.ts';
import { loadGenerator, refuseHelm } from './plugins.ts';

export interface NamedGenerator {
  readonly generate: Generator;
  /** Who generates, when that is to be noted. */
  readonly configured: Configured | undefined;
}

/** The generators of a layer, in the order in which they run (engine §1.2-4). */
export function layerGenerators(layer: Layer): NamedGenerator[] {
  const { kustomization } = layer.file;
  const { configMapGenerator: configMaps = [], secretGenerator: secrets = [], helmCharts = [] } = kustomization;
  const context = layerContext(layer);
  return [
    ...configMaps.map((entry) =>
      builtinGenerator(layer, 'ConfigMapGenerator', withOptions(entry, kustomization), configMapGenerator),
    ),
    ...secrets.map((entry) =>
      builtinGenerator(layer, 'SecretGenerator', withOptions(entry, kustomization), secretGenerator),
    ),
    ...helmCharts.map((chart) => ({
      generate: configureBuiltin('HelmChartInflationGenerator', chart, refuseHelm),
      configured: undefined,
    })),
    ...prefixErrors('loading generator plugins', () => pluginGenerators(layer, context)),
  ];
}

function builtinGenerator(
  layer: Layer,
  kind: string,
  entry: GeneratorEntry,
  make: (entry: GeneratorEntry, context: LayerContext) => Generator,
): NamedGenerator {
  const generate = configureBuiltin(kind, entry, () => make(entry, layerContext(layer)));
  return { generate, configured: builtinOrigin(layer, kind) };
}

function withOptions(entry: GeneratorEntry, { generatorOptions }: Kustomization): GeneratorEntry {
  const options = mergeOptions(entry.options, generatorOptions);
  return options === undefined ? entry : { ...entry, options };
}

function pluginGenerators(layer: Layer, context: LayerContext): NamedGenerator[] {
  return pluginConfigs(layer, layer.file.kustomization.generators ?? []).map((resource) => ({
    generate: loadGenerator(resource, context),
    configured: pluginOrigin(resource),
  }));
}

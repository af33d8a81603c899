import { prefixErrors } from './errors.ts';
import { configMapGenerator, mergeOptions, secretGenerator } from './generators/config-and-secret.ts';
import type { Generator } from './generators/generator.ts';
import type { GeneratorEntry } from './kustomization/types.ts';
import { layerContext, type Layer } from './layer-context.ts';
import type { Configured } from './origin.ts';
import { builtinOrigin, pluginConfigs, pluginOrigin } from './plugin-configs.ts';
import { helmDisabled, loadGenerator } from './plugins.ts';

export interface NamedGenerator {
  readonly generate: Generator;
  /** Who generates, when that is to be noted. */
  readonly configured: Configured | undefined;
}

/** The generators of a layer, in the order in which they run (engine §1.2-4). */
export function layerGenerators(layer: Layer): NamedGenerator[] {
  const {
    configMapGenerator: configMaps = [],
    secretGenerator: secrets = [],
    helmCharts = [],
    generators = [],
  } = layer.file.kustomization;
  const context = layerContext(layer);
  const options = layer.file.kustomization.generatorOptions;
  const withOptions = (entry: GeneratorEntry): GeneratorEntry => {
    const merged = mergeOptions(entry.options, options);
    return merged === undefined ? entry : { ...entry, options: merged };
  };
  const builtin = [
    ...configMaps.map((entry) => ({
      kind: 'ConfigMapGenerator',
      generate: configMapGenerator(withOptions(entry), context),
    })),
    ...secrets.map((entry) => ({ kind: 'SecretGenerator', generate: secretGenerator(withOptions(entry), context) })),
  ];
  if (helmCharts.length > 0)
    throw helmDisabled.prefixed('trouble configuring builtin HelmChartInflationGenerator with config: `\n`');
  const named = builtin.map(({ kind, generate }) => ({ generate, configured: builtinOrigin(layer, kind) }));
  return [...named, ...prefixErrors('loading generator plugins', () => pluginGenerators(layer, generators))];
}

function pluginGenerators(layer: Layer, items: readonly string[]): NamedGenerator[] {
  const context = layerContext(layer);
  return pluginConfigs(layer, items).map((resource) => ({
    generate: loadGenerator(resource, context),
    configured: pluginOrigin(resource),
  }));
}

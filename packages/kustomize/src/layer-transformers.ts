import type { TransformerConfig } from './config/transformer-config.ts';
import { KustomizeError } from './errors.ts';
import type { Kustomization } from './kustomization/types.ts';
import { layerContext, type Layer, type LayerContext } from './layer-context.ts';
import { isFinal } from './loader.ts';
import type { Configured } from './origin.ts';
import { builtinOrigin, pluginConfigs, pluginOrigin } from './plugin-configs.ts';
import { loadTransformer } from './plugins.ts';
import { imagesTransformer } from './transformers/images.ts';
import { labelsTransformer } from './transformers/labels.ts';
import { mapEntriesTransformer } from './transformers/map-entries.ts';
import { namespaceTransformer } from './transformers/namespace.ts';
import { patchTransformer } from './transformers/patches.ts';
import { patchesJson6902Transformer } from './transformers/patches-json6902.ts';
import { patchesStrategicMergeTransformer } from './transformers/patches-strategic-merge.ts';
import { prefixTransformer, suffixTransformer } from './transformers/prefix-suffix.ts';
import { replacementsTransformer } from './transformers/replacements.ts';
import { replicasTransformer } from './transformers/replicas.ts';
import type { Transformer } from './transformers/transformer.ts';

export interface NamedTransformer {
  readonly transform: Transformer;
  /** Who transforms, when that is to be noted. */
  readonly configured: Configured | undefined;
}

/** What a layer's fields ask for, in the order in which it runs (engine §1.2-6). */
export function layerTransformers(layer: Layer, config: TransformerConfig): NamedTransformer[] {
  const context = layerContext(layer);
  return kinds.flatMap(({ kind, make }) => {
    const makers = make(layer.file.kustomization, { config, context });
    return makers.map((maker) => ({ transform: configure(kind, maker), configured: builtinOrigin(layer, kind) }));
  });
}

/** The transformers that resources configure, inline or in files. */
export function pluginTransformers(layer: Layer, items: readonly string[]): NamedTransformer[] {
  const context = layerContext(layer);
  return pluginConfigs(layer, items).map((resource) => ({
    transform: loadTransformer(resource, context),
    configured: pluginOrigin(resource),
  }));
}

interface Setting {
  readonly config: TransformerConfig;
  readonly context: LayerContext;
}

interface Kind {
  /** Name of the built-in plug-in. */
  readonly kind: string;
  /** One function per transformer that the kustomization asks for. */
  readonly make: (kustomization: Kustomization, setting: Setting) => (() => Transformer)[];
}

const kinds: readonly Kind[] = [
  {
    kind: 'PatchStrategicMergeTransformer',
    make: ({ patchesStrategicMerge: paths = [] }, { context }) =>
      paths.length === 0 ? [] : [() => patchesStrategicMergeTransformer({ paths }, context)],
  },
  {
    kind: 'PatchTransformer',
    make: ({ patches = [] }, { context }) => patches.map((entry) => () => patchTransformer(entry, context)),
  },
  {
    kind: 'NamespaceTransformer',
    make: ({ namespace = '' }, { config }) =>
      namespace === '' ? [] : [() => namespaceTransformer({ namespace, fieldSpecs: config.namespace })],
  },
  {
    kind: 'PrefixTransformer',
    make: ({ namePrefix = '' }, { config }) =>
      namePrefix === '' ? [] : [() => prefixTransformer(namePrefix, config.namePrefix)],
  },
  {
    kind: 'SuffixTransformer',
    make: ({ nameSuffix = '' }, { config }) =>
      nameSuffix === '' ? [] : [() => suffixTransformer(nameSuffix, config.nameSuffix)],
  },
  {
    kind: 'LabelTransformer',
    make: ({ labels = [], commonLabels = {} }, { config }) =>
      labels.length === 0 && Object.keys(commonLabels).length === 0
        ? []
        : [
            ...labels.map((entry) => () => labelsTransformer(entry, config)),
            () => mapEntriesTransformer(commonLabels, config.commonLabels),
          ],
  },
  {
    kind: 'AnnotationsTransformer',
    make: ({ commonAnnotations = {} }, { config }) =>
      Object.keys(commonAnnotations).length === 0
        ? []
        : [() => mapEntriesTransformer(commonAnnotations, config.commonAnnotations)],
  },
  {
    kind: 'PatchJson6902Transformer',
    make: ({ patchesJson6902 = [] }, { context }) =>
      patchesJson6902.map(
        ({ target, path = '', patch = '' }) =>
          () =>
            patchesJson6902Transformer({ ...(target === undefined ? {} : { target }), path, jsonOp: patch }, context),
      ),
  },
  {
    kind: 'ReplicaCountTransformer',
    make: ({ replicas = [] }, { config }) => replicas.map((entry) => () => replicasTransformer(entry, config.replicas)),
  },
  {
    kind: 'ImageTagTransformer',
    make: ({ images = [] }, { config }) => images.map((entry) => () => imagesTransformer(entry, config.images)),
  },
  {
    kind: 'ReplacementTransformer',
    make: ({ replacements = [] }, { context }) =>
      replacements.length === 0 ? [] : [() => replacementsTransformer(replacements, context)],
  },
];

// Upstream quotes the whole configuration between the backquotes; its first line is what people search for.
function configure(kind: string, make: () => Transformer): Transformer {
  try {
    return make();
  } catch (error) {
    if (isFinal(error) || !(error instanceof KustomizeError) || isUnframed(error)) throw error;
    throw error.prefixed(`trouble configuring builtin ${kind} with config: \`\n\``);
  }
}

function isUnframed(error: KustomizeError): boolean {
  return error.upstream.startsWith('failed to merge');
}

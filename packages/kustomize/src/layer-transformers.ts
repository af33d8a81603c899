import type { TransformerConfig } from './config/transformer-config.ts';
import { configureBuiltin } from './configure-builtin.ts';
import type { Kustomization, PatchEntry } from './kustomization/types.ts';
import { layerContext, type Layer, type LayerContext } from './layer-context.ts';
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
  return kinds.flatMap(({ kind, plan }) =>
    plan(layer.file.kustomization, { config, context }).map(({ config: written, make }) => ({
      transform: configureBuiltin(kind, written, make),
      configured: builtinOrigin(layer, kind),
    })),
  );
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

/** One transformer to be made. */
interface Plan {
  /** As upstream would write it down: messages quote it. */
  readonly config: unknown;
  readonly make: () => Transformer;
}

interface Kind {
  /** Name of the built-in plug-in. */
  readonly kind: string;
  /** One plan per transformer that the kustomization asks for. */
  readonly plan: (kustomization: Kustomization, setting: Setting) => Plan[];
}

const kinds: readonly Kind[] = [
  {
    kind: 'PatchStrategicMergeTransformer',
    plan: ({ patchesStrategicMerge: paths = [] }, { context }) =>
      unlessEmpty(paths, { config: { paths }, make: () => patchesStrategicMergeTransformer({ paths }, context) }),
  },
  {
    kind: 'PatchTransformer',
    plan: ({ patches = [] }, { context }) =>
      patches.map((entry) => ({ config: entry, make: () => patchTransformer(entry, context) })),
  },
  {
    kind: 'NamespaceTransformer',
    plan: ({ namespace = '' }, { config: { namespace: fieldSpecs } }) =>
      unlessEmpty(namespace, { config: namespace, make: () => namespaceTransformer({ namespace, fieldSpecs }) }),
  },
  {
    kind: 'PrefixTransformer',
    plan: ({ namePrefix: prefix = '' }, { config }) =>
      unlessEmpty(prefix, { config: prefix, make: () => prefixTransformer(prefix, config.namePrefix) }),
  },
  {
    kind: 'SuffixTransformer',
    plan: ({ nameSuffix: suffix = '' }, { config }) =>
      unlessEmpty(suffix, { config: suffix, make: () => suffixTransformer(suffix, config.nameSuffix) }),
  },
  {
    kind: 'LabelTransformer',
    plan: ({ labels = [], commonLabels = {} }, { config }) =>
      labels.length === 0 && Object.keys(commonLabels).length === 0
        ? []
        : [
            ...labels.map((entry) => ({ config: entry, make: () => labelsTransformer(entry, config) })),
            { config: commonLabels, make: () => mapEntriesTransformer(commonLabels, config.commonLabels) },
          ],
  },
  {
    kind: 'AnnotationsTransformer',
    plan: ({ commonAnnotations: annotations = {} }, { config: { commonAnnotations: specs } }) =>
      unlessEmpty(Object.keys(annotations), {
        config: annotations,
        make: () => mapEntriesTransformer(annotations, specs),
      }),
  },
  {
    kind: 'PatchJson6902Transformer',
    plan: ({ patchesJson6902 = [] }, { context }) => patchesJson6902.map((entry) => planJson6902(entry, context)),
  },
  {
    kind: 'ReplicaCountTransformer',
    plan: ({ replicas = [] }, { config }) =>
      replicas.map((entry) => ({ config: entry, make: () => replicasTransformer(entry, config.replicas) })),
  },
  {
    kind: 'ImageTagTransformer',
    plan: ({ images = [] }, { config }) =>
      images.map((entry) => ({ config: entry, make: () => imagesTransformer(entry, config.images) })),
  },
  {
    kind: 'ReplacementTransformer',
    plan: ({ replacements = [] }, { context }) =>
      unlessEmpty(replacements, {
        config: { Replacements: replacements },
        make: () => replacementsTransformer(replacements, context),
      }),
  },
];

function unlessEmpty(value: { readonly length: number }, plan: Plan): Plan[] {
  return value.length === 0 ? [] : [plan];
}

function planJson6902({ target, path = '', patch = '' }: PatchEntry, context: LayerContext): Plan {
  const config = { ...(target === undefined ? {} : { target }), path, jsonOp: patch };
  return { config, make: () => patchesJson6902Transformer(config, context) };
}

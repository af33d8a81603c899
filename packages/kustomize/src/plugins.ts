import type { Data } from '@sluice/manifest';
import { decodeYaml } from './yaml-data.ts';
import { KustomizeError, prefixErrors } from './errors.ts';
import { fieldSpec, type FieldSpec } from './field-spec.ts';
import { configMapGenerator, secretGenerator } from './generators/config-and-secret.ts';
import type { Generator } from './generators/generator.ts';
import { iamPolicyGenerator, type IamPolicyConfig } from './generators/iam-policy.ts';
import { gvkText, idText } from './gvk.ts';
import { addHashSuffixes } from './hash.ts';
import { pluginShapes, type StructShape } from './kustomization/shapes.ts';
import type {
  FieldSpecEntry,
  GeneratorEntry,
  GeneratorOptions,
  ImageEntry,
  PatchEntry,
  ReplacementEntry,
  ReplicaEntry,
  SelectorEntry,
} from './kustomization/types.ts';
import type { LayerContext } from './layer-context.ts';
import { nodeData } from './node-data.ts';
import type { Resource } from './resource.ts';
import { imagesTransformer } from './transformers/images.ts';
import { mapEntriesTransformer } from './transformers/map-entries.ts';
import { namespaceTransformer, type SubjectMode } from './transformers/namespace.ts';
import { patchTransformer } from './transformers/patches.ts';
import { patchesJson6902Transformer } from './transformers/patches-json6902.ts';
import { patchesStrategicMergeTransformer } from './transformers/patches-strategic-merge.ts';
import { prefixTransformer, suffixTransformer } from './transformers/prefix-suffix.ts';
import { replacementsTransformer } from './transformers/replacements.ts';
import { replicasTransformer } from './transformers/replicas.ts';
import type { Transformer } from './transformers/transformer.ts';
import { valueAddTransformer, type ValueAddConfig } from './transformers/value-add.ts';

/** The built-in generators and transformers as they are configured by resources of their own (engine §9.10). */

/** @throws KustomizeError when the resource configures no built-in generator */
export function loadGenerator(resource: Resource, layer: LayerContext): Generator {
  return prefixErrors('failed to load generator', () => {
    const plugin = loadPlugin(resource, layer);
    if (plugin.generator === undefined) throw wrongSort(resource, 'generator');
    return plugin.generator;
  });
}

/** @throws KustomizeError when the resource configures no built-in transformer */
export function loadTransformer(resource: Resource, layer: LayerContext): Transformer {
  const plugin = loadPlugin(resource, layer);
  if (plugin.transformer === undefined) throw wrongSort(resource, 'transformer');
  return plugin.transformer;
}

/** Charts are not rendered: that would take the helm program and the network. */
export function refuseHelm(): never {
  throw new KustomizeError('must specify --enable-helm', { hint: 'render the chart beforehand, or use a HelmRelease' });
}

/** What plug-in configurations may hold; each kind has some of it. Names are those of the files. */
interface PluginConfig
  extends Omit<GeneratorEntry, 'options'>, Omit<PatchEntry, 'options' | 'target'>, IamPolicyConfig, ValueAddConfig {
  options?: GeneratorOptions & NonNullable<PatchEntry['options']>;
  metadata?: { name?: string; namespace?: string };
  fieldSpecs?: FieldSpecEntry[];
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  imageTag?: ImageEntry;
  unsetOnly?: boolean;
  setRoleBindingSubjects?: string;
  target?: SelectorEntry;
  jsonOp?: string;
  paths?: string[];
  patches?: string;
  prefix?: string;
  suffix?: string;
  replacements?: ReplacementEntry[];
  replica?: ReplicaEntry;
}

interface Plugin {
  readonly generator?: Generator;
  readonly transformer?: Transformer;
}

function loadPlugin(resource: Resource, layer: LayerContext): Plugin {
  const { group, version } = resource.gvk;
  if (group !== '' || version !== 'builtin') {
    throw new KustomizeError(
      `external plugins disabled; unable to load external plugin '${resource.originalId().kind}'`,
      {
        ...resource.origin,
        hint: 'only apiVersion: builtin is available',
      },
    );
  }
  const make = factories[resource.kind];
  const shape = pluginShapes[resource.kind];
  if (make === undefined || shape === undefined)
    throw new KustomizeError(`unable to load builtin ${gvkText(resource.gvk)}`, resource.origin);
  const id = idText(resource.originalId());
  const data = prefixErrors(`marshalling yaml from res ${id}`, () => nodeData(resource.root, resource.origin));
  return prefixErrors(`plugin ${id} fails configuration`, () => make(pluginConfig(resource.kind, data, shape), layer));
}

function pluginConfig(kind: string, data: Data, shape: StructShape): PluginConfig {
  const read = () => (decodeYaml(data, shape, false) ?? {}) as PluginConfig; // `decode` returns what the shape describes
  return kind === 'NamespaceTransformer' ? prefixErrors('unmarshalling NamespaceTransformer config', read) : read();
}

const factories: Readonly<Partial<Record<string, (config: PluginConfig, layer: LayerContext) => Plugin>>> = {
  ConfigMapGenerator: (config, layer) => ({ generator: configMapGenerator(named(config), layer) }),
  SecretGenerator: (config, layer) => ({ generator: secretGenerator(named(config), layer) }),
  IAMPolicyGenerator: (config, layer) => ({ generator: iamPolicyGenerator(config, layer) }),
  HelmChartInflationGenerator: refuseHelm,
  AnnotationsTransformer: (config) => ({
    transformer: mapEntriesTransformer(config.annotations ?? {}, specsOf(config)),
  }),
  LabelTransformer: (config) => ({ transformer: mapEntriesTransformer(config.labels ?? {}, specsOf(config)) }),
  HashTransformer: () => ({ transformer: addHashSuffixes }),
  ImageTagTransformer: (config) => ({ transformer: imagesTransformer(config.imageTag ?? {}, specsOf(config)) }),
  NamespaceTransformer: (config) => ({ transformer: namespacePlugin(config) }),
  PatchJson6902Transformer: (config, layer) => ({ transformer: patchesJson6902Transformer(config, layer) }),
  PatchStrategicMergeTransformer: (config, layer) => ({ transformer: patchesStrategicMergeTransformer(config, layer) }),
  PatchTransformer: (config, layer) => ({ transformer: patchTransformer(config, layer) }),
  PrefixTransformer: (config) => ({ transformer: prefixTransformer(config.prefix ?? '', requiredSpecs(config)) }),
  SuffixTransformer: (config) => ({ transformer: suffixTransformer(config.suffix ?? '', requiredSpecs(config)) }),
  PrefixSuffixTransformer: (config) => ({ transformer: prefixAndSuffix(config) }),
  ReplacementTransformer: (config, layer) => ({
    transformer: replacementsTransformer(config.replacements ?? [], layer),
  }),
  ReplicaCountTransformer: (config) => ({ transformer: replicasTransformer(config.replica ?? {}, specsOf(config)) }),
  ValueAddTransformer: (config, layer) => ({ transformer: valueAddTransformer(config, layer) }),
};

function named({ metadata, ...config }: PluginConfig): GeneratorEntry {
  return {
    ...config,
    name: config.name || (metadata?.name ?? ''),
    namespace: config.namespace || (metadata?.namespace ?? ''),
  };
}

function specsOf({ fieldSpecs = [] }: PluginConfig): FieldSpec[] {
  return fieldSpecs.map(fieldSpec);
}

function requiredSpecs(config: PluginConfig): FieldSpec[] {
  if (config.fieldSpecs === undefined) throw new KustomizeError('fieldSpecs is not expected to be nil');
  return specsOf(config);
}

function prefixAndSuffix(config: PluginConfig): Transformer {
  const steps = [
    prefixTransformer(config.prefix ?? '', requiredSpecs(config)),
    suffixTransformer(config.suffix ?? '', requiredSpecs(config)),
  ];
  return (resources) => steps.forEach((step) => step(resources));
}

function namespacePlugin(config: PluginConfig): Transformer {
  const subjects = config.setRoleBindingSubjects || 'defaultOnly';
  if (!isSubjectMode(subjects)) {
    throw new KustomizeError(
      `invalid value "${subjects}" for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
    );
  }
  const namespace = config.metadata?.namespace ?? '';
  return namespaceTransformer({
    namespace,
    fieldSpecs: specsOf(config),
    unsetOnly: config.unsetOnly ?? false,
    subjects,
  });
}

function isSubjectMode(text: string): text is SubjectMode {
  return text === 'defaultOnly' || text === 'none' || text === 'allServiceAccounts';
}

function wrongSort(resource: Resource, sort: string): KustomizeError {
  return new KustomizeError(`plugin ${idText(resource.originalId())} not a ${sort}`, resource.origin);
}

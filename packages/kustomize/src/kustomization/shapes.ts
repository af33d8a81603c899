/**
 * What Go's JSON decoder accepts where. Names are those that its messages print: `Go struct field Patch.patches.path of
 * type string`.
 */
export type Shape = (
  | { readonly is: 'string' | 'bool' | 'int64' | 'int' | 'any' }
  | { readonly is: 'list'; readonly of: Shape }
  | { readonly is: 'map'; readonly of: Shape }
  | StructShape
) & {
  /** Go's name of the type where it is not the plain one. */
  readonly go?: string;
  /** Structs that Go embeds between the struct and this field: part of the path in messages, not of the data. */
  readonly embedded?: readonly string[];
};

export interface StructShape {
  readonly is: 'struct';
  /** Type name without package. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Shape>>;
}

const string: Shape = { is: 'string' };
const bool: Shape = { is: 'bool' };
const any: Shape = { is: 'any' };
const strings = list(string);
const stringMap: Shape = { is: 'map', of: string };
const anyMap: Shape = { is: 'map', of: any };

const gvk = embed('Gvk', { group: string, version: string, kind: string });

const resId = embed('ResId', { ...gvk, name: string, namespace: string });

export const fieldSpec = struct('FieldSpec', { ...gvk, path: string, create: bool });

const selector = struct('Selector', { ...resId, annotationSelector: string, labelSelector: string });

const patchArgs = struct('PatchArgs', { allowNameChange: bool, allowKindChange: bool });

const patch = struct('Patch', { path: string, patch: string, target: selector, options: patchArgs });

const image = struct('Image', { name: string, newName: string, tagSuffix: string, newTag: string, digest: string });

const replica = struct('Replica', { name: string, count: { is: 'int64' } });

const label = struct('Label', {
  pairs: stringMap,
  includeSelectors: bool,
  includeTemplates: bool,
  fields: list(fieldSpec),
});

const fieldOptions = struct('FieldOptions', {
  delimiter: string,
  index: { is: 'int' },
  encoding: string,
  create: bool,
});

const sourceSelector = struct('SourceSelector', { ...resId, fieldPath: string, options: fieldOptions });

const targetSelector = struct('TargetSelector', {
  select: selector,
  reject: list(selector),
  fieldPaths: strings,
  options: fieldOptions,
});

const targetSelectors: Shape = { ...list(targetSelector), go: '[]*types.TargetSelector' };

const replacementFields = { source: sourceSelector, targets: targetSelectors, sourceValue: string };

export const replacement = struct('Replacement', replacementFields);

const replacementField = struct('ReplacementField', { ...embed('Replacement', replacementFields), path: string });

const variable = struct('Var', {
  name: string,
  objref: struct('Target', { ...gvk, apiVersion: string, name: string, namespace: string }),
  fieldref: struct('FieldSelector', { fieldPath: string }),
});

const generatorOptions = struct('GeneratorOptions', {
  labels: stringMap,
  annotations: stringMap,
  disableNameSuffixHash: bool,
  immutable: bool,
});

const generatorArgs = embed('GeneratorArgs', {
  namespace: string,
  name: string,
  behavior: string,
  options: generatorOptions,
  ...embed('KvPairSources', { literals: strings, files: strings, envs: strings, env: string }),
});

const helmChart = struct('HelmChart', {
  ...fields(string, 'name', 'version', 'repo', 'releaseName', 'namespace', 'valuesFile', 'valuesMerge'),
  ...fields(string, 'kubeVersion', 'nameTemplate'),
  ...fields(strings, 'additionalValuesFiles', 'apiVersions'),
  ...fields(bool, 'includeCRDs', 'skipHooks', 'skipTests', 'debug', 'devel'),
  valuesInline: anyMap,
});

const helmChartArgs = struct('HelmChartArgs', {
  ...fields(string, 'chartName', 'chartVersion', 'chartRepoUrl', 'chartHome', 'chartRepoName', 'helmBin', 'helmHome'),
  ...fields(string, 'values', 'valuesMerge', 'releaseName', 'releaseNamespace'),
  valuesLocal: anyMap,
  extraArgs: strings,
});

const objectMeta = struct('ObjectMeta', { name: string, namespace: string, labels: stringMap, annotations: stringMap });

const sortOptions = struct('SortOptions', {
  order: { is: 'string', go: 'types.SortOrder' },
  legacySortOptions: struct('LegacySortOptions', { orderFirst: strings, orderLast: strings }),
});

export const kustomizationShape = struct('Kustomization', {
  ...embed('TypeMeta', { apiVersion: string, kind: string }),
  metadata: objectMeta,
  openapi: stringMap,
  namePrefix: string,
  nameSuffix: string,
  namespace: string,
  commonLabels: stringMap,
  labels: list(label),
  commonAnnotations: stringMap,
  patchesStrategicMerge: list({ is: 'string', go: 'types.PatchStrategicMerge' }),
  patchesJson6902: list(patch),
  patches: list(patch),
  images: list(image),
  imageTags: list(image),
  replacements: list(replacementField),
  replicas: list(replica),
  vars: list(variable),
  sortOptions,
  resources: strings,
  components: strings,
  crds: strings,
  bases: strings,
  configMapGenerator: list(struct('ConfigMapArgs', generatorArgs)),
  secretGenerator: list(struct('SecretArgs', { ...generatorArgs, type: string })),
  helmGlobals: struct('HelmGlobals', { chartHome: string, configHome: string }),
  helmCharts: list(helmChart),
  helmChartInflationGenerator: list(helmChartArgs),
  generatorOptions,
  configurations: strings,
  generators: strings,
  transformers: strings,
  validators: strings,
  buildMetadata: strings,
});

const fieldSpecs = list(fieldSpec);

const nameBackReferences = struct('NameBackReferences', { ...gvk, fieldSpecs });

/** A `configurations` file (engine §14.1). */
export const transformerConfigShape: StructShape = struct('TransformerConfig', {
  namePrefix: fieldSpecs,
  nameSuffix: fieldSpecs,
  namespace: fieldSpecs,
  commonLabels: fieldSpecs,
  labels: fieldSpecs,
  templateLabels: fieldSpecs,
  commonAnnotations: fieldSpecs,
  nameReference: list(nameBackReferences),
  varReference: fieldSpecs,
  images: fieldSpecs,
  replicas: fieldSpecs,
});

const valueAddTarget = struct('Target', { selector, fieldPath: string, filePathPosition: { is: 'int' } });

export const valueAddTargetsShape = struct('', { targets: list(valueAddTarget) });

/** Configuration of the built-in plug-ins by kind (engine §9.10). Keys that are not named here are ignored. */
export const pluginShapes: Readonly<Partial<Record<string, StructShape>>> = {
  ConfigMapGenerator: struct('ConfigMapGeneratorPlugin', { ...generatorArgs, metadata: objectMeta }),
  SecretGenerator: struct('SecretGeneratorPlugin', { ...generatorArgs, type: string, metadata: objectMeta }),
  IAMPolicyGenerator: struct('IAMPolicyGeneratorPlugin', {
    cloud: string,
    kubernetesService: struct('KubernetesService', { name: string, namespace: string }),
    serviceAccount: struct('ServiceAccount', { name: string, projectId: string }),
  }),
  HelmChartInflationGenerator: helmChart,
  AnnotationsTransformer: struct('AnnotationsTransformerPlugin', { annotations: stringMap, fieldSpecs }),
  HashTransformer: struct('HashTransformerPlugin', {}),
  ImageTagTransformer: struct('ImageTagTransformerPlugin', { imageTag: image, fieldSpecs }),
  LabelTransformer: struct('LabelTransformerPlugin', { labels: stringMap, fieldSpecs }),
  NamespaceTransformer: struct('NamespaceTransformerPlugin', {
    metadata: objectMeta,
    fieldSpecs,
    unsetOnly: bool,
    setRoleBindingSubjects: string,
  }),
  PatchJson6902Transformer: struct('PatchJson6902TransformerPlugin', {
    target: selector,
    path: string,
    jsonOp: string,
  }),
  PatchStrategicMergeTransformer: struct('PatchStrategicMergeTransformerPlugin', { paths: strings, patches: string }),
  PatchTransformer: struct('PatchTransformerPlugin', {
    path: string,
    patch: string,
    target: selector,
    options: patchArgs,
  }),
  PrefixTransformer: struct('PrefixTransformerPlugin', { prefix: string, fieldSpecs }),
  SuffixTransformer: struct('SuffixTransformerPlugin', { suffix: string, fieldSpecs }),
  PrefixSuffixTransformer: struct('PrefixTransformerPlugin', { prefix: string, suffix: string, fieldSpecs }),
  ReplacementTransformer: struct('ReplacementTransformerPlugin', { replacements: list(replacementField) }),
  ReplicaCountTransformer: struct('ReplicaCountTransformerPlugin', { replica, fieldSpecs }),
  ValueAddTransformer: struct('ValueAddTransformerPlugin', {
    value: string,
    targets: list(valueAddTarget),
    targetFilePath: string,
  }),
};

export function list(of: Shape): Shape {
  return { is: 'list', of };
}

function struct(name: string, fields: Readonly<Record<string, Shape>>): StructShape {
  return { is: 'struct', name, fields };
}

/** All names that a kustomization file may hold, deprecated ones included. */
export const kustomizationFieldNames: readonly string[] = Object.keys(kustomizationShape.fields);

function fields(shape: Shape, ...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

function embed(name: string, shapes: Readonly<Record<string, Shape>>): Record<string, Shape> {
  const under = (shape: Shape): Shape => ({ ...shape, embedded: [name, ...(shape.embedded ?? [])] });
  return Object.fromEntries(Object.entries(shapes).map(([field, shape]) => [field, under(shape)]));
}

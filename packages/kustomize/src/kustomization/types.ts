import type { Gvk } from '../gvk.ts';

/** A kustomization or component after defaults (engine §2). A field that is absent or null is `undefined`. */
export interface Kustomization {
  apiVersion: string;
  kind: string;
  openapi?: Record<string, string>;
  namePrefix?: string;
  nameSuffix?: string;
  namespace?: string;
  commonLabels?: Record<string, string>;
  labels?: LabelEntry[];
  commonAnnotations?: Record<string, string>;
  patchesStrategicMerge?: string[];
  patchesJson6902?: PatchEntry[];
  patches?: PatchEntry[];
  images?: ImageEntry[];
  replacements?: ReplacementEntry[];
  replicas?: ReplicaEntry[];
  vars?: VarEntry[];
  sortOptions?: SortOptions;
  /** Includes what stood under `bases`. */
  resources?: string[];
  components?: string[];
  crds?: string[];
  configMapGenerator?: GeneratorEntry[];
  secretGenerator?: GeneratorEntry[];
  helmCharts?: unknown[];
  generatorOptions?: GeneratorOptions;
  configurations?: string[];
  generators?: string[];
  transformers?: string[];
  validators?: string[];
  buildMetadata?: string[];
}

export interface FieldSpecEntry extends Partial<Gvk> {
  path?: string;
  create?: boolean;
}

export interface LabelEntry {
  pairs?: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
  fields?: FieldSpecEntry[];
}

export interface SelectorEntry extends Partial<Gvk> {
  name?: string;
  namespace?: string;
  labelSelector?: string;
  annotationSelector?: string;
}

export interface PatchEntry {
  path?: string;
  patch?: string;
  target?: SelectorEntry;
  options?: { allowNameChange?: boolean; allowKindChange?: boolean };
}

export interface ImageEntry {
  name?: string;
  newName?: string;
  newTag?: string;
  digest?: string;
  tagSuffix?: string;
}

export interface ReplicaEntry {
  name?: string;
  count?: number;
}

export interface FieldOptions {
  delimiter?: string;
  index?: number;
  encoding?: string;
  create?: boolean;
}

export interface ReplacementSource extends Partial<Gvk> {
  name?: string;
  namespace?: string;
  fieldPath?: string;
  options?: FieldOptions;
}

export interface ReplacementTarget {
  select?: SelectorEntry;
  reject?: SelectorEntry[];
  fieldPaths?: string[];
  options?: FieldOptions;
}

export interface Replacement {
  source?: ReplacementSource;
  sourceValue?: string;
  targets?: ReplacementTarget[];
}

export interface ReplacementEntry extends Replacement {
  path?: string;
}

export interface VarEntry {
  name?: string;
  objref?: { apiVersion?: string; name?: string; namespace?: string } & Partial<Gvk>;
  fieldref?: { fieldPath?: string };
}

export interface GeneratorOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  disableNameSuffixHash?: boolean;
  immutable?: boolean;
}

export interface GeneratorEntry {
  name?: string;
  namespace?: string;
  behavior?: string;
  literals?: string[];
  files?: string[];
  envs?: string[];
  options?: GeneratorOptions;
  /** Secrets only. */
  type?: string;
}

export interface SortOptions {
  order?: string;
  legacySortOptions?: { orderFirst?: string[]; orderLast?: string[] };
}

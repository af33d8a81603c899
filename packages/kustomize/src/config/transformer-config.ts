import { prefixErrors } from '../errors.ts';
import { fieldSpec, mergeFieldSpecs, sortFieldSpecs, type FieldSpec } from '../field-spec.ts';
import { sameGvk, type Gvk } from '../gvk.ts';
import type { FieldSpecEntry } from '../kustomization/types.ts';
import { defaultFieldSpecs } from './default-field-specs.ts';
import { defaultNameReferences, defaultVarReferences, type NameReferenceEntry } from './default-references.ts';

/** Which fields each transformer acts on: the built-in ones and what `configurations` and `crds` add (engine §14). */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly varReference: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

/** Objects of this kind (empty parts match any) are named by these fields. */
export interface NameReference extends Gvk {
  readonly referrers: readonly FieldSpec[];
}

/** A configuration as it is written in files. */
export type TransformerConfigEntry = Partial<Record<SpecList, readonly FieldSpecEntry[]>> & {
  nameReference?: readonly NameReferenceEntry[];
};

type SpecList = Exclude<keyof TransformerConfig, 'nameReference'>;

/** List → what messages call it, in the order in which they are merged. */
const specLists: readonly [list: SpecList, title: string][] = [
  ['namePrefix', 'NamePrefix'],
  ['nameSuffix', 'NameSuffix'],
  ['namespace', 'NameSpace'],
  ['commonAnnotations', 'CommonAnnotations'],
  ['commonLabels', 'CommonLabels'],
  ['labels', 'Labels'],
  ['templateLabels', 'TemplateLabels'],
  ['varReference', 'VarReference'],
  ['images', 'Images'],
  ['replicas', 'Replicas'],
];

export const emptyConfig: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonAnnotations: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  varReference: [],
  nameReference: [],
  images: [],
  replicas: [],
};

export function transformerConfig(entry: TransformerConfigEntry): TransformerConfig {
  const lists = Object.fromEntries(
    specLists.map(([list]) => [list, sortFieldSpecs((entry[list] ?? []).map(fieldSpec))]),
  );
  const nameReference = sortFieldSpecs((entry.nameReference ?? []).map(nameReferenceOf));
  return { ...emptyConfig, ...lists, nameReference };
}

export const defaultConfig = transformerConfig({
  ...defaultFieldSpecs,
  nameReference: defaultNameReferences,
  varReference: defaultVarReferences,
});

/** @throws KustomizeError when two specs of one field disagree about `create` */
export function mergeConfigs(base: TransformerConfig, more: TransformerConfig): TransformerConfig {
  if (base === more || more === emptyConfig) return base;
  if (base === emptyConfig) return more;
  const merged: Record<string, unknown> = { ...base };
  for (const [list, title] of specLists) {
    if (base[list] === more[list] || more[list].length === 0) continue;
    merged[list] = prefixErrors(`failed to merge ${title} fieldSpec`, () =>
      sortFieldSpecs(mergeFieldSpecs(base[list], more[list])),
    );
  }
  if (base.nameReference !== more.nameReference && more.nameReference.length > 0) {
    const references = () => sortFieldSpecs(mergeNameReferences(base.nameReference, more.nameReference));
    merged['nameReference'] = prefixErrors('failed to merge NameReference fieldSpec', references);
  }
  return merged as unknown as TransformerConfig; // every list was there in `base` and stays a list
}

export function nameReferenceOf({
  group = '',
  version = '',
  kind = '',
  fieldSpecs = [],
}: NameReferenceEntry): NameReference {
  return { group, version, kind, referrers: fieldSpecs.map(fieldSpec) };
}

function mergeNameReferences(base: readonly NameReference[], more: readonly NameReference[]): readonly NameReference[] {
  let merged = [...base];
  for (const next of more) {
    if (!merged.some((reference) => sameGvk(reference, next))) merged.push(next);
    else {
      merged = merged.map((reference) =>
        sameGvk(reference, next)
          ? { ...reference, referrers: mergeFieldSpecs(reference.referrers, next.referrers) }
          : reference,
      );
    }
  }
  return merged;
}

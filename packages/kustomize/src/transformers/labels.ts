import type { TransformerConfig } from '../config/transformer-config.ts';
import { prefixErrors } from '../errors.ts';
import { fieldSpec, mergeFieldSpec, mergeFieldSpecs, type FieldSpec } from '../field-spec.ts';
import type { LabelEntry } from '../kustomization/types.ts';
import { mapEntriesTransformer } from './map-entries.ts';
import type { Transformer } from './transformer.ts';

/** One entry of `labels` (engine §9.5). */
export function labelsTransformer(entry: LabelEntry, config: TransformerConfig): Transformer {
  return mapEntriesTransformer(entry.pairs ?? {}, labelFields(entry, config));
}

const ownLabels = fieldSpec({ path: 'metadata/labels', create: true });

function labelFields(entry: LabelEntry, config: TransformerConfig): readonly FieldSpec[] {
  return prefixErrors('failed to merge labels', () => {
    const own = mergeFieldSpecs((entry.fields ?? []).map(fieldSpec), config.labels);
    if (entry.includeSelectors) return mergeFieldSpecs(own, config.commonLabels);
    return mergeFieldSpec(entry.includeTemplates ? mergeFieldSpecs(own, config.templateLabels) : own, ownLabels);
  });
}

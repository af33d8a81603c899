import { emptySet, setOf, type FieldSet } from './field-set.ts';
import { fieldElement } from './path.ts';

export interface Endpoint {
  readonly group: string;
  readonly kind: string;
  /** `''` for the main resource. */
  readonly subresource: string;
  readonly custom: boolean;
  readonly hasStatus: boolean;
}

/** What an endpoint ignores and never owns (kube-api.md §7.9). */
export function resetFieldsOf({ group, kind, subresource, custom, hasStatus }: Endpoint): FieldSet {
  if (subresource === '' || subresource === 'finalize') return hasStatus ? fields('status') : emptySet;
  if (subresource !== 'status') return emptySet;
  if (custom) return fields('metadata', 'spec');
  if (group === 'apps' && kind === 'Deployment') return fields('spec', 'metadata.labels');
  if (group === '' && kind === 'Pod') return fields('spec', 'metadata.ownerReferences', 'metadata.deletionTimestamp');
  return fields('spec');
}

function fields(...paths: string[]): FieldSet {
  return setOf(paths.map((path) => path.split('.').map(fieldElement)));
}

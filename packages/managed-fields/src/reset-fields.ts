import type { FieldSet } from './field-set.ts';
/** What an endpoint ignores and never owns (kube-api.md §7.9). */
export function resetFieldsOf(endpoint: {
  group: string;
  kind: string;
  subresource: string;
  custom: boolean;
  hasStatus: boolean;
}): FieldSet {
  throw new Error('not there yet');
}

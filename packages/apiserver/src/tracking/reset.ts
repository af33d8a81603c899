import { recordOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';

/** Keeps `managedFields: []` of a body, which asks to forget who owns what, though an empty list is not written. */
export function keepReset(body: JsonRecord, draft: Draft): void {
  const { managedFields } = recordOf(body.metadata);
  if (Array.isArray(managedFields) && managedFields.length === 0) draft.metadata.managedFields = [];
}

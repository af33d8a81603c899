import type { JsonObject } from '@sluice/kube-schema';
import type { FieldSet } from './field-set.ts';
import type { Tracked, Versions } from './versions.ts';

export interface UpdateRequest {
  /** The stored object, or `undefined` for a create. */
  readonly live: JsonObject | undefined;
  /** The object as it will be stored, defaulted; its `metadata.managedFields` are those of the request's body. */
  readonly updated: JsonObject;
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly versions: Versions;
  readonly resetFields?: FieldSet;
  /** As in `ApplyRequest`: what a create is compared with. */
  readonly empty: JsonObject;
  readonly now: Date;
}

/** Tracks a POST, PUT or non-apply PATCH: the manager owns what changed. Never throws: failing to track clears the list. */
export function update(request: UpdateRequest): Tracked {
  throw new Error(`not there yet: ${request.manager}`);
}

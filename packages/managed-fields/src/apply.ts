import type { JsonObject } from '@sluice/kube-schema';
import type { FieldSet } from './field-set.ts';
import type { Tracked, Versions } from './versions.ts';

export interface ApplyRequest {
  /** The stored object in the request's version, its `metadata.managedFields` included; for a create the empty object. */
  readonly live: JsonObject;
  readonly applied: JsonObject;
  readonly manager: string;
  /** The group/version of the request, as in `apps/v1`. */
  readonly apiVersion: string;
  /** `''` for the main resource. */
  readonly subresource?: string;
  readonly force: boolean;
  readonly versions: Versions;
  /** What this endpoint ignores (see `resetFieldsOf`). */
  readonly resetFields?: FieldSet;
  /** The object of this kind that nobody filled in (`emptyObjectOf`; `{apiVersion, kind}` for custom resources). */
  readonly empty: JsonObject;
  readonly now: Date;
}

/**
 * Server-side apply. The result still wants defaults, decoding and validation.
 * @throws TypingError when `applied` does not fit the schema
 * @throws ConflictError when others own what would change and `force` is not set
 * @throws FieldsDecodeError when the live object's managedFields cannot be read
 */
export function apply(request: ApplyRequest): Tracked {
  throw new Error(`not there yet: ${request.manager}`);
}

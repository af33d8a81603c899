import type { JsonObject } from '@sluice/kube-schema';
import { decodeManagedFields } from './entry.ts';
import type { FieldSet } from './field-set.ts';
import { equal, isObject } from './json.ts';
import { managersOf, type Managers } from './managers.ts';
import { rawManagedFields, tracked, withoutManagedFields } from './object.ts';
import { trackChange } from './track-change.ts';
import type { Tracked, Versions } from './versions.ts';

export interface UpdateRequest {
  /** The stored object in the request's version, or `undefined` for a create. */
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

/**
 * Tracks a POST, PUT or non-apply PATCH: the manager owns what changed. An object that nobody tracks stays so until its
 * first apply. Never throws: when tracking fails, the object loses its managedFields (kube-api.md §7.13).
 */
export function update(request: UpdateRequest): Tracked {
  const before = withoutManagedFields(request.live ?? request.empty);
  const after = withoutManagedFields(request.updated);
  return tracked(after, managersAfter(request, before, after), !equal(before, after));
}

function managersAfter(request: UpdateRequest, before: JsonObject, after: JsonObject): Managers {
  const managers = managersBefore(request);
  if (managers.size === 0 && request.live !== undefined) return managers;
  try {
    return trackChange(managers, { ...request, before, after });
  } catch {
    return new Map(); // the write matters more than its record
  }
}

/** The entries that the body brings along, if they can be read, else those of the live object. */
function managersBefore({ live, updated, subresource = '' }: UpdateRequest): Managers {
  const sent = rawManagedFields(updated);
  if (subresource === '') {
    if (isReset(sent)) return new Map();
    const managers = tryDecode(sent);
    if (managers.size > 0) return managers;
  }
  return live === undefined ? new Map() : tryDecode(rawManagedFields(live));
}

/** `[]` and `[{}]` ask to forget everything. */
function isReset(sent: unknown): boolean {
  if (!Array.isArray(sent)) return false;
  return sent.length === 0 || (sent.length === 1 && isObject(sent[0]) && Object.keys(sent[0]).length === 0);
}

function tryDecode(value: unknown): Managers {
  try {
    return managersOf(decodeManagedFields(value));
  } catch {
    return new Map(); // as if there were none: the reference falls back the same way
  }
}

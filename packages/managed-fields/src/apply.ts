import type { JsonObject, Schema } from '@sluice/kube-schema';
import { recursiveDifference } from './algebra.ts';
import { conflictsOutside, lastAppliedFields, syncLastApplied } from './client-side-apply.ts';
import { ConflictError } from './conflict.ts';
import { decodeManagedFields, entryTime, identityOf, type ManagerEntry } from './entry.ts';
import type { FieldSet } from './field-set.ts';
import { FieldsDecodeError } from './fields-v1.ts';
import { setFromObject } from './from-object.ts';
import { equal, isObject } from './json.ts';
import { managersOf, type Managers } from './managers.ts';
import { merge } from './merge.ts';
import { rawManagedFields, tracked, withoutManagedFields, withoutServerFields } from './object.ts';
import { reconcileManagers, takeOwnership } from './ownership.ts';
import { prune } from './prune.ts';
import { trackChange } from './track-change.ts';
import { assertTyped, TypingError } from './validate.ts';
import type { Tracked, Versions } from './versions.ts';

export interface ApplyRequest {
  /** The stored object in the request's version, its `metadata.managedFields` included; `undefined` for a create. */
  readonly live: JsonObject | undefined;
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
  /** The object of this kind that nobody filled in (`emptyObjectOf`; `{ apiVersion, kind }` for custom resources). */
  readonly empty: JsonObject;
  readonly now: Date;
}

/**
 * Server-side apply. The result still wants decoding, defaults and validation; on a create it holds the empty parts of
 * `empty`. When nothing changed, `changed` is false and the object is the live one, with the new managedFields.
 * @throws TypingError when `applied` does not fit the schema
 * @throws ConflictError when others own what would change and `force` is not set
 * @throws FieldsDecodeError when the live object's managedFields cannot be read
 */
export function apply(request: ApplyRequest): Tracked {
  const state = prepare(request);
  if (request.manager !== 'kubectl') return applyOnce(state, request.force);
  return syncLastApplied(applyAsKubectl(state, request), request);
}

/** The request with everything read and checked. */
interface State extends ApplyRequest {
  readonly live: JsonObject;
  readonly schema: Schema;
  readonly managers: Managers;
  readonly self: Omit<ManagerEntry, 'fields'>;
}

function prepare(request: ApplyRequest): State {
  const { applied, apiVersion, versions, manager, subresource = '' } = request;
  const schema = versions.schemaOf(apiVersion);
  if (schema === undefined) throw new TypingError(`no schema for ${apiVersion}`);
  const live = request.live === undefined ? request.empty : withoutManagedFields(request.live);
  typed('patch', applied, () => assertTyped(applied, schema));
  typed('live', live, () => assertTyped(live, schema, { allowDuplicates: true }));
  const stored = managersOf(decodeStored(request.live));
  const managers = stored.size > 0 || request.live === undefined ? stored : beforeFirstApply(request, live);
  return {
    ...request,
    live,
    schema,
    managers: reconcileManagers(managers, live, versions),
    self: { manager, operation: 'Apply', apiVersion, subresource },
  };
}

function applyOnce(state: State, force: boolean): Tracked {
  const { live, applied, schema, versions, apiVersion, resetFields, self } = state;
  const own = identityOf(self);
  const last = state.managers.get(own);
  const fields = withoutReset(setFromObject(applied, schema), resetFields);
  const managers = new Map(state.managers).set(own, { ...self, fields });
  const merged = merge(live, applied, schema) as JsonObject; // both are objects
  const after =
    last === undefined
      ? merged
      : prune({
          merged,
          apiVersion,
          last: { fields: withoutReset(last.fields, resetFields), apiVersion: last.apiVersion },
          own: fields,
          managers,
          versions,
        });
  const change = { before: live, after, apiVersion, schema, versions, ignored: resetFields };
  const taken = takeOwnership(managers, change, { own, force });
  const changed = !equal(live, after);
  const time = changed ? entryTime(state.now) : last?.time;
  const result = new Map(taken.managers);
  const kept = withoutServerFields(fields);
  if (kept.size === 0) result.delete(own);
  else result.set(own, { ...self, ...(time === undefined ? {} : { time }), fields: kept });
  return tracked(changed ? after : live, result, changed);
}

/** kubectl takes over without force what it applied itself before, on the client's side. */
function applyAsKubectl(state: State, request: ApplyRequest): Tracked {
  try {
    return applyOnce(state, request.force);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const allowed = lastAppliedFields(state.live, state.schema, state.apiVersion);
    if (allowed === undefined) throw error;
    const rest = conflictsOutside(error.conflicts, allowed);
    if (rest.length > 0) throw new ConflictError(rest);
    return applyOnce(state, true);
  }
}

/** An object that nobody tracked is owned by `before-first-apply`, so that an apply does not silently take it over. */
function beforeFirstApply(request: ApplyRequest, live: JsonObject): Managers {
  return trackChange(new Map(), { ...request, before: request.empty, after: live, manager: 'before-first-apply' });
}

function decodeStored(live: JsonObject | undefined): ManagerEntry[] {
  try {
    return live === undefined ? [] : decodeManagedFields(rawManagedFields(live));
  } catch (cause) {
    if (!(cause instanceof FieldsDecodeError)) throw cause;
    throw new FieldsDecodeError(`failed to decode managed fields: ${cause.message}`, { cause });
  }
}

function typed(which: 'patch' | 'live', object: JsonObject, check: () => void): void {
  try {
    check();
  } catch (cause) {
    if (!(cause instanceof TypingError)) throw cause;
    throw new TypingError(`failed to create typed ${which} object (${describe(object)}): ${cause.message}`, { cause });
  }
}

/** As in `ssa/web; example.org/v1, Kind=Widget`; the core version is `/v1`. */
function describe(object: JsonObject): string {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const version = text(object.apiVersion);
  const gv = version.includes('/') ? version : `/${version}`;
  return `${text(metadata.namespace)}/${text(metadata.name)}; ${gv}, Kind=${text(object.kind)}`;
}

function withoutReset(fields: FieldSet, reset: FieldSet | undefined): FieldSet {
  return reset === undefined ? fields : recursiveDifference(fields, reset);
}

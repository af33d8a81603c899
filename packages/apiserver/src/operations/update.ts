import type { KubeObject, ObjectMeta } from '@sluice/api';
import type { Core } from '../core.ts';
import { conflict, invalid, invalidValue, modified, plainError, type StatusError } from '../errors.ts';
import { deepFreeze, jsonEqual, stringOf, type JsonRecord } from '../json.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import { storeKey } from '../store/store.ts';
import { withOldTimes } from '../tracking/times.ts';
import { trackUpdate } from '../tracking/track.ts';
import { validateMetadataUpdate } from '../validate/metadata.ts';
import type { WriteContext } from './context.ts';
import { asKubeObject } from './create.ts';
import { dedupeOwners, settleNamespace } from './identity.ts';
import { checkSize } from './size.ts';

export interface UpdateRequest {
  /** The stored object as this version reads it. */
  readonly old: KubeObject;
  readonly draft: Draft;
  /** Whether `metadata.managedFields` of the draft are final. */
  readonly tracked: boolean;
  /** PUT must carry a resourceVersion on some kinds; patches need none. */
  readonly isPatch: boolean;
}

/**
 * Runs a changed object through admission and validation and stores it. Equal objects are not written; an object
 * that is being deleted and lost its last finalizer is removed.
 * @returns the object as stored, in the request's version
 */
export function updateObject(
  core: Core,
  resource: Resource,
  request: UpdateRequest,
  context: WriteContext,
): KubeObject {
  const { old, draft } = request;
  const { strategy } = resource;
  settleNamespace(resource, draft, old.metadata.namespace ?? '');
  checkVersion(resource, request);
  checkUid(resource, request);
  dedupeOwners(draft.metadata, context.warnings);
  if (!request.tracked) trackUpdate(resource, old, draft, context);
  const { namespace = '', name } = old.metadata;
  for (const admit of core.admission) {
    admit(core, { operation: 'update', resource, namespace, name, object: draft, old, context });
  }
  restoreServerFields(draft.metadata, old);
  strategy.prepareForUpdate(draft, old, context);
  const object = asKubeObject(draft);
  const errors = [...validateMetadataUpdate(resource, object, old), ...strategy.validateUpdate(object, old, context)];
  if (errors.length > 0) throw invalid({ group: resource.group, kind: object.kind }, name, errors);
  draft.metadata.resourceVersion = old.metadata.resourceVersion;
  const timed = withOldTimes(object, old);
  if (jsonEqual(timed, old)) return old;
  const toStore = checkSize(asKubeObject(strategy.toStored(timed as unknown as Draft)));
  if (context.dryRun) return deepFreeze(timed);
  const key = storeKey(namespace, name);
  if (isReadyToGo(resource, timed)) {
    core.store.remove(resource.storageKey, key);
    strategy.afterWrite?.(undefined, old);
    return deepFreeze(timed);
  }
  const stored = core.store.put(resource.storageKey, toStore);
  strategy.afterWrite?.(stored, old);
  return strategy.read(stored);
}

/** Whether nothing holds an object back that was asked to go. */
export function isReadyToGo(resource: Resource, object: KubeObject): boolean {
  const {
    deletionTimestamp,
    finalizers = [],
    deletionGracePeriodSeconds: grace = 0,
  } = object.metadata as ObjectMeta & {
    deletionGracePeriodSeconds?: number;
  };
  if (deletionTimestamp === undefined || finalizers.length > 0 || grace > 0) return false;
  return resource.strategy.holdsDeletion?.(object) !== true;
}

function checkVersion(resource: Resource, { draft, old, isPatch }: UpdateRequest): void {
  const given = stringOf(draft.metadata.resourceVersion);
  const { name } = old.metadata;
  if (given !== '' && !/^\d+$/.test(given)) {
    throw plainError(`strconv.ParseUint: parsing ${JSON.stringify(given)}: invalid syntax`);
  }
  if (given === '' || Number(given) === 0) {
    if (isPatch || resource.strategy.allowsUnconditionalUpdate) return;
    const error = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalid({ group: resource.group, kind: resource.plural }, name, [error]);
  }
  if (given !== old.metadata.resourceVersion) throw modified(resource, name);
}

function checkUid(resource: Resource, { draft, old, isPatch }: UpdateRequest): void {
  const given = stringOf(draft.metadata.uid);
  if (given === '' || given === old.metadata.uid || isPatch) return;
  throw storageConflict(resource, old.metadata, given, old.metadata.uid ?? '');
}

/** A uid that the stored object does not have. */
export function storageConflict(
  resource: Resource,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  given: string,
  actual: string,
): StatusError {
  const path = [resource.plural, ...(namespace === undefined ? [] : [namespace]), name].join('/');
  return conflict(
    resource,
    name,
    `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${given}, UID in object meta: ${actual}`,
  );
}

/** What only the server sets keeps its value; an update may leave it out or give another one. */
function restoreServerFields(metadata: JsonRecord, old: KubeObject): void {
  const before = old.metadata as unknown as JsonRecord;
  metadata.creationTimestamp = before.creationTimestamp;
  if (stringOf(metadata.uid) === '') metadata.uid = before.uid;
  for (const field of ['generation', 'selfLink']) {
    if (before[field] === undefined) delete metadata[field];
    else metadata[field] = before[field];
  }
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds']) {
    if (metadata[field] === undefined && before[field] !== undefined) metadata[field] = before[field];
  }
}

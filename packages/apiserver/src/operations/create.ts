import type { KubeObject } from '@sluice/api';
import type { Core } from '../core.ts';
import { alreadyExists, forbidden, invalid, noUniqueName, plainError } from '../errors.ts';
import { deepFreeze, stringOf, type JsonRecord } from '../json.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import { storeKey } from '../store/store.ts';
import { trackUpdate } from '../tracking/track.ts';
import { validateMetadata } from '../validate/metadata.ts';
import { checkSize } from './size.ts';
import type { WriteContext } from './context.ts';
import { dedupeOwners, settleNamespace } from './identity.ts';
import { timestamp } from './time.ts';

const maxGeneratedBase = 58;
const generateAttempts = 8;

/** A tracked draft to be created: by POST the creator owns its fields, by apply field tracking was done before. */
export interface CreateRequest {
  readonly namespace: string;
  readonly draft: Draft;
  /** Whether `metadata.managedFields` of the draft are final. */
  readonly tracked: boolean;
}

/**
 * Runs a new object through admission and validation and stores it.
 * @returns the object as stored, in the request's version
 */
export function createObject(
  core: Core,
  resource: Resource,
  request: CreateRequest,
  context: WriteContext,
): KubeObject {
  const { draft } = request;
  if (resource.terminating === true) {
    const why = 'create not allowed while custom resource definition is terminating';
    throw forbidden(resource, stringOf(draft.metadata.name), why);
  }
  checkResourceVersion(draft.metadata);
  wipeServerFields(draft.metadata);
  settleNamespace(resource, draft, request.namespace);
  dedupeOwners(draft.metadata, context.warnings);
  if (!request.tracked) trackUpdate(resource, undefined, draft, context);
  const namespace = resource.namespaced ? request.namespace : '';
  const name = stringOf(draft.metadata.name);
  for (const admit of core.admission) {
    admit(core, { operation: 'create', resource, namespace, name, object: draft, old: undefined, context });
  }
  draft.metadata.uid = core.newUid();
  draft.metadata.creationTimestamp = timestamp(context.now);
  const generated = nameObject(core, resource, draft);
  resource.strategy.prepareForCreate(draft, context);
  const object = asKubeObject(draft);
  const errors = [...validateMetadata(resource, object), ...resource.strategy.validate(object, context)];
  if (errors.length > 0) throw invalid(invalidSubject(resource, object), object.metadata.name, errors);
  const existing = core.store.collection(resource.storageKey).get(storeKey(namespace, object.metadata.name));
  if (existing !== undefined) {
    if (generated) throw noUniqueName(resource, stringOf(draft.metadata.generateName));
    throw alreadyExists(resource, object.metadata.name, existing.metadata.deletionTimestamp !== undefined);
  }
  const toStore = checkSize(asKubeObject(resource.strategy.toStored(draft)));
  if (context.dryRun) return deepFreeze(object);
  const stored = core.store.put(resource.storageKey, toStore);
  resource.strategy.afterWrite?.(stored, undefined);
  return resource.strategy.read(stored);
}

/** A draft once it is complete: the parts that `KubeObject` promises were decoded or validated. */
export function asKubeObject(draft: Draft): KubeObject {
  return draft as unknown as KubeObject;
}

function invalidSubject(resource: Resource, object: KubeObject): { group: string; kind: string } {
  return { group: resource.group, kind: resource.custom ? object.kind : resource.kind };
}

function checkResourceVersion(metadata: JsonRecord): void {
  const given = stringOf(metadata.resourceVersion);
  if (/^\d+$/.test(given) && Number(given) > 0) {
    throw plainError('resourceVersion should not be set on objects to be created');
  }
  delete metadata.resourceVersion;
}

function wipeServerFields(metadata: JsonRecord): void {
  for (const field of ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']) {
    delete metadata[field];
  }
}

/** Makes up a name when only `generateName` is given. @returns whether it did and none of the names was free */
function nameObject(core: Core, resource: Resource, draft: Draft): boolean {
  const { metadata } = draft;
  const base = stringOf(metadata.generateName);
  if (stringOf(metadata.name) !== '' || base === '') return false;
  const collection = core.store.collection(resource.storageKey);
  for (let attempt = 0; attempt < generateAttempts; attempt += 1) {
    metadata.name = base.slice(0, maxGeneratedBase) + core.nameSuffix();
    if (collection.get(storeKey(stringOf(metadata.namespace), stringOf(metadata.name))) === undefined) return false;
  }
  return true;
}

import { apiVersionOf, type KubeObject } from '@sluice/api';
import type { Core } from '../core.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { plainError } from '../errors.ts';
import { isRecord, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import { storeKey } from '../store/store.ts';
import { trackApply } from '../tracking/track.ts';
import type { WriteContext } from './context.ts';
import { createObject } from './create.ts';
import { DecodeError } from './decode.ts';
import { checkName, type Target } from './identity.ts';
import { updateObject } from './update.ts';

export interface Applied {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** Server-side apply: creates the object or merges into it. @throws StatusError */
export function applyObject(
  core: Core,
  resource: Resource,
  { namespace, name }: Target,
  applied: JsonRecord,
  context: WriteContext,
): Applied {
  checkKind(resource, applied);
  const metadata = recordOf(applied.metadata);
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const stored = core.store.collection(resource.storageKey).get(storeKey(resource.namespaced ? namespace : '', name));
  if (stored === undefined) {
    if (context.subresource !== '') throw notFound(resource, name);
    return { object: createApplied(core, resource, { namespace, name }, applied, context), created: true };
  }
  checkGivenName(metadata, name);
  const old = resource.strategy.read(stored);
  const draft = decodeMerged(resource, trackApply(resource, old, withMetadata(applied, metadata), context));
  draft.metadata.name = name;
  const object = updateObject(core, resource, { old, draft, tracked: true, isPatch: true }, context);
  return { object, created: false };
}

function createApplied(
  core: Core,
  resource: Resource,
  { namespace, name }: Target,
  applied: JsonRecord,
  context: WriteContext,
): KubeObject {
  const metadata = recordOf(applied.metadata);
  const uid = stringOf(metadata.uid);
  if (uid !== '') {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(resource, name, why);
  }
  const draft = decodeMerged(resource, trackApply(resource, undefined, withMetadata(applied, metadata), context));
  checkName(draft, name);
  // A version to compare with means nothing for an object that is not there.
  delete draft.metadata.resourceVersion;
  return createObject(core, resource, { namespace, draft, tracked: true }, context);
}

/** Other spellings of no metadata than leaving it out are read as such. */
function withMetadata(applied: JsonRecord, metadata: Readonly<JsonRecord>): JsonRecord {
  return isRecord(applied.metadata) ? applied : { ...applied, metadata };
}

function checkGivenName(metadata: Readonly<JsonRecord>, name: string): void {
  const given = stringOf(metadata.name);
  if (given === '' || given === name) return;
  throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}

function checkKind(resource: Resource, applied: JsonRecord): void {
  const apiVersion = stringOf(applied.apiVersion);
  const kind = stringOf(applied.kind);
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) return;
  throw badRequest(`invalid object type: ${describeVersion(apiVersion)}, Kind=${kind}`);
}

/** `apps/v1`; the core group's is `/v1`. */
function describeVersion(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
}

function decodeMerged(resource: Resource, merged: JsonRecord): Draft {
  try {
    const draft = resource.strategy.decode(merged, [], { applied: true });
    resource.strategy.applyDefaults(draft);
    return draft;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const version = `${describeVersion(apiVersionOf(resource))}, Kind=${resource.kind}`;
    const { namespace, name } = recordOf(merged.metadata);
    throw plainError(
      `failed to convert new object (${stringOf(namespace)}/${stringOf(name)}; ${version}) to proper version: unable to convert unstructured object to ${version}: error decoding from json: ${error.message}`,
    );
  }
}

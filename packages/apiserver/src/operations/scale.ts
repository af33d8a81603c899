import { apiVersionOf, type KubeObject } from '@sluice/api';
import { schemaOf, emptyObjectOf, type Schema } from '@sluice/kube-schema';
import {
  apply,
  fieldElement,
  fromScale,
  toScale,
  update,
  type FieldPath,
  type ReplicasPaths,
} from '@sluice/managed-fields';
import type { Core } from '../core.ts';
import { badRequest, internalError, invalid, invalidValue, notFound, patchInvalid } from '../errors.ts';
import { decodeTyped } from '../builtin/typed.ts';
import { at, deepCopy, isRecord, numberOf, recordOf, setKey, stringOf, type JsonRecord } from '../json.ts';
import { writeJson } from '../json-text.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import type { ScaleSource } from '../registry/scale-source.ts';
import { storeKey } from '../store/store.ts';
import { asStatusError } from '../tracking/track.ts';
import type { WriteContext } from './context.ts';
import { DecodeError } from './decode.ts';
import { applyPatch, type ParsedPatch } from './patch.ts';
import { updateObject } from './update.ts';

const scaleGvk = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const scaleVersion = 'autoscaling/v1';

/** How a write of a Scale is given: as the object, as a patch of it, or applied. */
export type ScaleWrite =
  | { readonly kind: 'update'; readonly body: unknown }
  | { readonly kind: 'patch'; readonly patch: ParsedPatch }
  | { readonly kind: 'apply'; readonly applied: JsonRecord };

const builtinSource: ScaleSource = {
  specReplicas: 'spec.replicas',
  statusReplicas: 'status.replicas',
  selector: 'spec.selector',
  needsReplicas: false,
};

export function scaleSourceOf({ strategy }: Resource): ScaleSource {
  return strategy.scale ?? builtinSource;
}

/** The Scale of an object. @throws StatusError 404, 500 */
export function getScale(core: Core, resource: Resource, namespace: string, name: string): KubeObject {
  return scaleOf(resource, readParent(core, resource, namespace, name));
}

/** Writes the replicas of an object through its Scale. @returns the Scale after it @throws StatusError */
export function writeScale(
  core: Core,
  resource: Resource,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  write: ScaleWrite,
  context: WriteContext,
): KubeObject {
  const parent = readParent(core, resource, namespace, name);
  const paths = replicasPaths(resource);
  const live = scaleOf(resource, parent, write.kind === 'update' || write.kind === 'patch');
  const tracked: JsonRecord = {
    ...live,
    metadata: { ...live.metadata, managedFields: toScale(parent.metadata.managedFields, paths) },
  };
  const { scale, managedFields } = nextScale(resource, tracked, write, context);
  const replicas = numberOf(recordOf(scale.spec).replicas);
  checkReplicas(resource, name, replicas);
  const given = recordOf(scale.metadata);
  if (stringOf(given.name) !== name) {
    throw badRequest(`the name of the object (${stringOf(given.name)}) does not match the name on the URL (${name})`);
  }
  const draft = deepCopy(parent) as unknown as Draft;
  setPath(draft, scaleSourceOf(resource).specReplicas, replicas);
  draft.metadata.resourceVersion = stringOf(given.resourceVersion);
  const apiVersion = apiVersionOf(resource);
  const fields = fromScale(parent.metadata.managedFields, { scale: managedFields, paths, apiVersion });
  if (fields.length === 0) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = fields;
  const object = updateObject(core, resource, { old: parent, draft, tracked: true, isPatch: true }, context);
  return scaleOf(resource, object);
}

function readParent(core: Core, resource: Resource, namespace: string, name: string): KubeObject {
  const stored = core.store.collection(resource.storageKey).get(storeKey(namespace, name));
  if (stored === undefined) throw notFound(resource, name);
  return resource.strategy.read(stored);
}

function scaleOf(resource: Resource, parent: KubeObject, forWrite = false): KubeObject {
  const source = scaleSourceOf(resource);
  const replicas = at(parent, ...source.specReplicas.split('.'));
  if (replicas === undefined && source.needsReplicas && !forWrite) {
    throw internalError(`the spec replicas field ".${source.specReplicas}" does not exist`);
  }
  const { name, namespace, uid, resourceVersion, creationTimestamp } = parent.metadata;
  const count = numberOf(at(parent, ...source.statusReplicas.split('.')));
  const selector = source.selector === undefined ? '' : selectorText(at(parent, ...source.selector.split('.')));
  const scale = {
    kind: 'Scale',
    apiVersion: scaleVersion,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: numberOf(replicas) === 0 ? {} : { replicas },
    status: { replicas: count, ...(selector === '' ? {} : { selector }) },
  };
  return scale as unknown as KubeObject;
}

/** A label selector as text: `a=b,c in (d,e)`. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  if (!isRecord(selector)) return '';
  const labels = isRecord(selector.matchLabels)
    ? selector.matchLabels
    : selector.matchExpressions === undefined
      ? selector
      : {};
  const equal = Object.entries(labels).map(([key, value]) => `${key}=${stringOf(value)}`);
  const terms = Array.isArray(selector.matchExpressions)
    ? selector.matchExpressions.filter(isRecord).map(termText)
    : [];
  return [...equal.sort(), ...terms].join(',');
}

function termText({ key, operator, values }: JsonRecord): string {
  const list = Array.isArray(values) ? values.join(',') : '';
  const name = stringOf(key);
  if (operator === 'In') return `${name} in (${list})`;
  if (operator === 'NotIn') return `${name} notin (${list})`;
  return operator === 'Exists' ? name : `!${name}`;
}

/** The Scale as the write leaves it, and who owns its replicas then. */
function nextScale(
  resource: Resource,
  live: JsonRecord,
  write: ScaleWrite,
  context: WriteContext,
): { scale: JsonRecord; managedFields: unknown } {
  const schema = scaleSchema();
  const request = {
    live,
    manager: context.manager,
    apiVersion: scaleVersion,
    subresource: 'scale',
    versions: { schemaOf: () => schema, convert: (object: JsonRecord) => object },
    empty: { ...emptyObjectOf(scaleGvk), apiVersion: scaleVersion, kind: 'Scale' },
    now: context.now,
  };
  if (write.kind === 'apply') {
    try {
      const { object, managedFields } = apply({ ...request, applied: write.applied, force: context.force });
      return { scale: decodeScale(object), managedFields };
    } catch (error) {
      throw asStatusError(error);
    }
  }
  const scale = write.kind === 'update' ? decodeBody(write.body) : decodePatched(resource, live, write.patch);
  return { scale, managedFields: update({ ...request, updated: scale }).managedFields };
}

function scaleSchema(): Schema {
  const schema = schemaOf(scaleGvk);
  if (schema === undefined) throw new Error('no schema of Scale');
  return schema;
}

function decodeScale(value: JsonRecord): JsonRecord {
  return decodeTyped(scaleSchema(), value, 'Scale', []);
}

function decodeBody(body: unknown): JsonRecord {
  if (!isRecord(body)) throw badRequest('the object provided is unrecognized (must be of type Scale)');
  try {
    return decodeScale({ apiVersion: scaleVersion, kind: 'Scale', ...body });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${error.message}`);
  }
}

function decodePatched(resource: Resource, live: JsonRecord, patch: ParsedPatch): JsonRecord {
  const patched = applyPatch(resource, live, patch, scaleSchema());
  try {
    return decodeScale(patched);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw patchInvalid(writeJson(patched), error.message);
  }
}

function checkReplicas(resource: Resource, name: string, replicas: number): void {
  if (replicas >= 0) return;
  if (resource.custom) {
    const field = `.${scaleSourceOf(resource).specReplicas}`;
    throw invalid(resource, name, [invalidValue(field, replicas, 'should be a non-negative integer')]);
  }
  const error = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
  throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [error]);
}

function replicasPaths(resource: Resource): ReplicasPaths {
  const path: FieldPath = scaleSourceOf(resource).specReplicas.split('.').map(fieldElement);
  return { [apiVersionOf(resource)]: path, ...resource.strategy.otherReplicasPaths };
}

/** Sets a value at a dotted path, making the records on the way. */
function setPath(record: JsonRecord, path: string, value: unknown): void {
  const keys = path.split('.');
  let current = record;
  for (const key of keys.slice(0, -1)) {
    const next = current[key];
    const child = isRecord(next) ? next : {};
    setKey(current, key, child);
    current = child;
  }
  setKey(current, keys.at(-1) ?? '', value);
}

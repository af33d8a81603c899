import { apiVersionOf, type KubeObject } from '@sluice/api';
import { objectMetaSchema, schemaOfCustomResource, type Schema } from '@sluice/kube-schema';
import { fieldElement, type FieldPath, type Versions } from '@sluice/managed-fields';
import { decodeTyped } from '../builtin/typed.ts';
import { badRequest, invalidValue, type FieldError } from '../errors.ts';
import { at, isRecord, jsonEqual, textOf, type JsonRecord } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import { DecodeError } from '../operations/decode.ts';
import type { Draft, Strategy } from '../registry/resource.ts';
import { keepReset } from '../tracking/reset.ts';
import { subdomainProblems } from '../validate/names.ts';
import { applySchemaDefaults, pruneNulls } from './defaults.ts';
import type { CustomDefinition, CustomVersion } from './definition.ts';
import { prune } from './prune.ts';
import { validateCustom } from './validate.ts';

/** The strategy of a custom resource in one of its versions. */
export function customStrategy(definition: CustomDefinition, version: CustomVersion): Strategy {
  const apiVersion = apiVersionOf({ group: definition.group, version: version.name });
  const storageVersion = apiVersionOf({ group: definition.group, version: definition.storageVersion });
  const read = cachedReader(version, apiVersion);
  return {
    decode: (body, unknown, { applied = false } = {}) => decodeCustom(version, body, { unknown, applied }),
    read,
    toStored: (object) => (object.apiVersion === storageVersion ? object : { ...object, apiVersion: storageVersion }),
    applyDefaults: (object) => {
      applySchemaDefaults(version.schema, object, true);
    },
    prepareForCreate: (object) => {
      if (version.hasStatus) delete object.status;
      object.metadata.generation = 1;
    },
    prepareForUpdate: (object, old, context) => {
      if (version.hasStatus) separateStatus(object, old, context);
      if (movesGeneration(version, object, old)) object.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
    },
    validate: (object, context) => [
      ...checkKind(definition, object),
      ...validateCustom(version, object, undefined, context),
    ],
    validateUpdate: (object, old, context) => [
      ...checkKind(definition, object),
      ...validateCustom(version, object, old, context),
    ],
    validateName: (name, field) => subdomainProblems(name).map((problem) => invalidValue(field, name, problem)),
    allowsUnconditionalUpdate: false,
    createsOnUpdate: false,
    returnsDeleted: false,
    selectableFields: version.selectableFields,
    fieldValue: (object, field) => textOf(at(object, ...field.split('.'))),
    listsOwnFields: true,
    versions: versionsOf(definition),
    empty: { apiVersion, kind: definition.kind },
    ...scaleRules(definition, version),
  };
}

/** Reads stored objects in a version; the same stored object gives the same result. */
function cachedReader(version: CustomVersion, apiVersion: string): (stored: KubeObject) => KubeObject {
  const known = new WeakMap<KubeObject, KubeObject>();
  return (stored) => {
    const found = known.get(stored);
    if (found !== undefined) return found;
    const pruned = prune(version.schema, stored, { unknown: [], isRoot: true }) as Draft;
    pruneNulls(version.schema, pruned, true);
    applySchemaDefaults(version.schema, pruned, true);
    pruned.apiVersion = apiVersion;
    // Mostly nothing changes, and the stored object can be given out as it is.
    const result = jsonEqual(pruned, stored) ? stored : (pruned as unknown as KubeObject);
    known.set(stored, result);
    return result;
  };
}

function decodeCustom(
  version: CustomVersion,
  body: JsonRecord,
  { unknown, applied }: { unknown: string[]; applied: boolean },
): Draft {
  const metadata = decodeMetadata(body.metadata, unknown);
  const pruned = prune(version.schema, { ...body, metadata: undefined }, { unknown, isRoot: true }) as JsonRecord;
  delete pruned.metadata;
  // What an apply merged is not decoded again: a null that does not belong there is refused.
  if (!applied) pruneNulls(version.schema, pruned, true);
  const draft = { ...pruned, apiVersion: String(body.apiVersion), kind: String(body.kind), metadata };
  keepReset(body, draft);
  return draft;
}

function decodeMetadata(value: unknown, unknown: string[]): JsonRecord {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw badRequest('metadata: expected an object');
  try {
    const found: string[] = [];
    const metadata = decodeTyped(objectMetaSchema(), value, 'ObjectMeta', found);
    unknown.push(...found.map((path) => `metadata.${path}`));
    return metadata;
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(error.message);
    throw error;
  }
}

/** A write changes the status through `/status` only, and there nothing but the status. */
function separateStatus(object: Draft, old: KubeObject, { subresource }: WriteContext): void {
  if (subresource !== 'status') {
    if (old.status === undefined) delete object.status;
    else object.status = old.status;
    return;
  }
  const { status } = object;
  const { managedFields } = object.metadata;
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, old, { metadata: { ...old.metadata, managedFields } });
  if (managedFields === undefined) delete object.metadata.managedFields;
  if (status === undefined) delete object.status;
  else object.status = status;
}

function movesGeneration(version: CustomVersion, object: Draft, old: KubeObject): boolean {
  const ignored = version.hasStatus ? { metadata: 0, status: 0 } : { metadata: 0 };
  return !jsonEqual({ ...object, ...ignored }, { ...old, ...ignored });
}

function scaleRules(
  { group, versions }: CustomDefinition,
  { scale }: CustomVersion,
): Pick<Strategy, 'scale' | 'otherReplicasPaths'> {
  if (scale === undefined) return {};
  const withoutDot = (path: string) => path.replace(/^\./, '');
  const paths = versions.map((version): [string, FieldPath | undefined] => [
    apiVersionOf({ group, version: version.name }),
    version.scale === undefined ? undefined : withoutDot(version.scale.specReplicas).split('.').map(fieldElement),
  ]);
  return {
    scale: {
      specReplicas: withoutDot(scale.specReplicas),
      statusReplicas: withoutDot(scale.statusReplicas),
      selector: scale.labelSelector === undefined ? undefined : withoutDot(scale.labelSelector),
      needsReplicas: true,
    },
    otherReplicasPaths: Object.fromEntries(paths),
  };
}

function checkKind({ kind }: CustomDefinition, object: KubeObject): FieldError[] {
  return object.kind === kind ? [] : [invalidValue('kind', object.kind, `must be ${kind}`)];
}

function versionsOf(definition: CustomDefinition): Versions {
  const schemas = new Map<string, Schema>();
  return {
    schemaOf: (apiVersion) => {
      const known = schemas.get(apiVersion);
      if (known !== undefined) return known;
      const version = definition.versions.find(
        (v) => apiVersionOf({ group: definition.group, version: v.name }) === apiVersion,
      );
      if (version === undefined) return undefined;
      // A structural schema is JSON.
      const schema = schemaOfCustomResource(version.schema as JsonRecord);
      schemas.set(apiVersion, schema);
      return schema;
    },
    convert: (object, apiVersion) => ({ ...object, apiVersion }),
  };
}

import { apiVersionOf, type KubeObject } from '@sluice/api';
import { emptyObjectOf, schemaOf, type BuiltinResource, type Schema } from '@sluice/kube-schema';
import type { Versions } from '@sluice/managed-fields';
import { invalidValue, type FieldError } from '../errors.ts';
import { at, jsonEqual, textOf, type JsonRecord } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import type { Draft, Strategy } from '../registry/resource.ts';
import { dnsLabelProblems, subdomainProblems } from '../validate/names.ts';
import { keepReset } from '../tracking/reset.ts';
import { decodeTyped } from './typed.ts';

/** What differs between built-in kinds; everything has a default. */
export interface KindRules {
  /** Sees what a new draft was read from. */
  readonly decoded?: (body: Readonly<JsonRecord>, draft: Draft) => void;
  readonly defaults?: (object: Draft) => void;
  readonly prepareForCreate?: (object: Draft, context: WriteContext) => void;
  readonly prepareForUpdate?: (object: Draft, old: KubeObject, context: WriteContext) => void;
  readonly validate?: (object: KubeObject) => FieldError[];
  readonly validateUpdate?: (object: KubeObject, old: KubeObject) => FieldError[];
  readonly markDeleted?: (object: Draft, context: WriteContext) => void;
  readonly holdsDeletion?: (object: KubeObject) => boolean;
  readonly afterWrite?: (object: KubeObject | undefined, old: KubeObject | undefined) => void;
  /** `label`: no dots; `path`: anything that fits in a path. Default: a DNS subdomain. */
  readonly names?: 'label' | 'path';
  /** What moves `metadata.generation`; none by default. */
  readonly generation?: 'spec' | 'specAndAnnotations' | 'content';
  readonly conditionalUpdates?: boolean;
  readonly createsOnUpdate?: boolean;
  readonly returnsDeleted?: boolean;
  readonly selectableFields?: readonly string[];
  /** Versions of the kind that share its storage, this one included; default: this one. */
  readonly versions?: readonly string[];
  readonly toStored?: (object: Draft) => Draft;
  readonly fromStored?: (object: KubeObject) => KubeObject;
}

/** The strategy of a built-in kind. */
export function builtinStrategy(resource: BuiltinResource, rules: KindRules): Strategy {
  const { group, version, kind } = resource;
  const schema = schemaOf({ group, version, kind });
  if (schema === undefined) throw new Error(`no schema of ${group}/${version} ${kind}`);
  const empty = emptyObjectOf({ group, version, kind }) ?? {};
  const hasStatus = resource.subresources.some((sub) => sub.name === 'status');
  const selectableFields = rules.selectableFields ?? [];
  return {
    decode: (body, unknown) => {
      const draft = decodeDraft(schema, body, kind, unknown);
      rules.decoded?.(body, draft);
      return draft;
    },
    read: rules.fromStored ?? ((stored) => stored),
    toStored: rules.toStored ?? ((object) => object),
    applyDefaults: (object) => rules.defaults?.(object),
    prepareForCreate: (object, context) => {
      if (hasStatus) resetStatus(object, empty);
      if (rules.generation !== undefined) object.metadata.generation = 1;
      rules.prepareForCreate?.(object, context);
    },
    prepareForUpdate: (object, old, context) => {
      if (hasStatus) separateStatus(object, old, context);
      rules.prepareForUpdate?.(object, old, context);
      // Annotations written through /status do not count.
      if (context.subresource !== 'status' && movesGeneration(rules, object, old)) {
        object.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
      }
    },
    validate: (object) => rules.validate?.(object) ?? [],
    validateUpdate: (object, old) => [
      ...(rules.validate?.(object) ?? []),
      ...(rules.validateUpdate?.(object, old) ?? []),
    ],
    ...(rules.afterWrite === undefined ? {} : { afterWrite: rules.afterWrite }),
    ...(rules.markDeleted === undefined ? {} : { markDeleted: rules.markDeleted }),
    ...(rules.holdsDeletion === undefined ? {} : { holdsDeletion: rules.holdsDeletion }),
    validateName: (name, field) => nameProblems(rules, name).map((problem) => invalidValue(field, name, problem)),
    allowsUnconditionalUpdate: rules.conditionalUpdates !== true,
    createsOnUpdate: rules.createsOnUpdate === true,
    returnsDeleted: rules.returnsDeleted === true,
    selectableFields,
    fieldValue: (object, field) => textOf(at(object, ...field.split('.'))),
    listsOwnFields: selectableFields.length > 0,
    versions: versionsOf(resource, rules, schema),
    empty: { ...empty, apiVersion: apiVersionOf(resource), kind },
  };
}

function decodeDraft(schema: Schema, body: JsonRecord, kind: string, unknown: string[]): Draft {
  // The schema of every kind has apiVersion, kind and metadata.
  const draft = decodeTyped(schema, body, kind, unknown) as Draft;
  keepReset(body, draft);
  return draft;
}

function versionsOf({ group, kind, version }: BuiltinResource, rules: KindRules, schema: Schema): Versions {
  const names = rules.versions ?? [version];
  const schemas = new Map(
    names.map((name) => [
      apiVersionOf({ group, version: name }),
      name === version ? schema : schemaOf({ group, version: name, kind }),
    ]),
  );
  return {
    schemaOf: (apiVersion) => schemas.get(apiVersion),
    convert: (object, apiVersion) => ({ ...object, apiVersion }),
  };
}

function resetStatus(object: Draft, empty: JsonRecord): void {
  if (empty.status === undefined) delete object.status;
  else object.status = structuredClone(empty.status);
}

/** A write changes the status through `/status` only, and there nothing of the spec. */
function separateStatus(object: Draft, old: KubeObject, { subresource }: WriteContext): void {
  const keep = subresource === 'status' ? Object.keys({ ...object, ...old }) : ['status'];
  for (const key of keep) {
    if (subresource === 'status' && ['status', 'metadata', 'kind', 'apiVersion'].includes(key)) continue;
    if (old[key] === undefined) delete object[key];
    else object[key] = old[key];
  }
}

function movesGeneration({ generation }: KindRules, object: Draft, old: KubeObject): boolean {
  switch (generation) {
    case 'spec':
      return !jsonEqual(object.spec, old.spec);
    case 'specAndAnnotations':
      return !jsonEqual(object.spec, old.spec) || !jsonEqual(object.metadata.annotations, old.metadata.annotations);
    case 'content':
      return !jsonEqual({ ...object, metadata: 0, status: 0 }, { ...old, metadata: 0, status: 0 });
    default:
      return false;
  }
}

function nameProblems({ names }: KindRules, name: string): string[] {
  if (names === 'path') return [];
  return names === 'label' ? dnsLabelProblems(name) : subdomainProblems(name);
}

import type { KubeObject } from '@sluice/api';
import {
  apply,
  ConflictError,
  FieldsDecodeError,
  resetFieldsOf,
  TypingError,
  update,
  type FieldSet,
} from '@sluice/managed-fields';
import { plainError, StatusError } from '../errors.ts';
import type { JsonRecord } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import type { Draft, Resource } from '../registry/resource.ts';

/** Records in `draft.metadata.managedFields` what the request's manager owns after a POST, PUT or non-apply PATCH. */
export function trackUpdate(
  resource: Resource,
  old: KubeObject | undefined,
  draft: Draft,
  context: WriteContext,
): void {
  const { managedFields } = update({ live: old, updated: draft, ...requestOf(resource, draft.apiVersion, context) });
  if (managedFields.length === 0) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = managedFields;
}

/**
 * Merges an applied object into the live one and records who owns what.
 * @returns the merged object, which still wants decoding and defaults
 * @throws StatusError 409 on conflicts, 500 when the applied object does not fit the schema
 */
export function trackApply(
  resource: Resource,
  live: KubeObject | undefined,
  applied: JsonRecord,
  context: WriteContext,
): JsonRecord {
  const { apiVersion } = applied as { apiVersion: string };
  try {
    return apply({ live, applied, force: context.force, ...requestOf(resource, apiVersion, context) }).object;
  } catch (error) {
    throw asStatusError(error);
  }
}

/** The answer to an apply that field tracking refuses. */
export function asStatusError(error: unknown): unknown {
  if (error instanceof ConflictError) {
    return new StatusError(409, 'Conflict', error.message, { causes: error.causes });
  }
  return error instanceof TypingError || error instanceof FieldsDecodeError ? plainError(error.message) : error;
}

function requestOf(resource: Resource, apiVersion: string, { manager, subresource, now }: WriteContext) {
  const { strategy } = resource;
  return {
    manager,
    apiVersion,
    subresource,
    versions: strategy.versions,
    resetFields: resetFields(resource, subresource),
    empty: strategy.empty,
    now,
  };
}

function resetFields({ group, kind, custom, subresources }: Resource, subresource: string): FieldSet {
  const hasStatus = subresources.some((sub) => sub.name === 'status');
  return resetFieldsOf({ group, kind, subresource, custom, hasStatus });
}

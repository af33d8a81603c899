import { apiVersionOf } from '@sluice/api';
import type { Schema } from '@sluice/kube-schema';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, PatchError } from '@sluice/json-patch';
import { badRequest, patchInvalid, plainError, StatusError } from '../errors.ts';
import { isRecord, stringOf, type JsonRecord } from '../json.ts';
import { writeJson } from '../json-text.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import type { WriteContext } from './context.ts';
import { DecodeError } from './decode.ts';
import { goText } from './go-text.ts';

export type PatchType = 'json' | 'merge' | 'strategic';

/** A patch as it was sent, and what its text showed beyond the value. */
export interface ParsedPatch {
  readonly type: PatchType;
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

/**
 * Applies a patch to an object and reads the result as an object of its kind again.
 * @param old the object in the request's version
 * @throws StatusError 400, 413, 422, 500
 */
export function patchObject(resource: Resource, old: JsonRecord, patch: ParsedPatch, context: WriteContext): Draft {
  const merged = applyPatch(resource, old, patch);
  // The result of a strategic merge is read into the kind's own type, whatever it calls itself.
  const own = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const patched = patch.type === 'strategic' ? { ...merged, ...own } : merged;
  // The values of a strategic patch are read into Go types on the way, so messages show the patch itself.
  const document = patch.type === 'strategic' ? goText(patch.value) : writeJson(patched);
  checkKind(resource, patched, document);
  const unknown: string[] = [];
  let draft: Draft;
  try {
    draft = resource.strategy.decode(patched, unknown);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw patchInvalid(document, patch.type === 'strategic' ? error.conversion : error.message);
  }
  const findings = [
    ...unknownOperations(patch),
    ...unknown.map((path) => `unknown field "${path}"`),
    ...patch.duplicates.map((path) => `duplicate field "${path}"`),
  ];
  if (findings.length > 0 && context.fieldValidation === 'Strict') {
    throw patchInvalid(document, `strict decoding error: ${findings.join(', ')}`);
  }
  if (context.fieldValidation === 'Warn') for (const finding of findings) context.warnings.add(finding);
  resource.strategy.applyDefaults(draft);
  return draft;
}

/**
 * The patched document.
 * @param schema of the document (default: the resource's own)
 * @throws StatusError
 */
export function applyPatch(
  resource: Resource,
  old: JsonRecord,
  { type, value }: ParsedPatch,
  schema = resource.strategy.versions.schemaOf(apiVersionOf(resource)),
): JsonRecord {
  try {
    const result = applyByType(old, type, value, schema);
    if (isRecord(result)) return result;
  } catch (error) {
    if (error instanceof PatchError) throw statusOfPatch(error);
    throw error;
  }
  throw badRequest('Invalid JSON Patch');
}

function applyByType(old: JsonRecord, type: PatchType, value: unknown, schema: Schema | undefined): unknown {
  if (type === 'json') return applyJsonPatch(old, value);
  if (type === 'merge') return applyMergePatch(old, value);
  if (schema === undefined) throw plainError('there is no schema to merge by');
  if (isRecord(value)) return applyStrategicMergePatch(old, value, schema);
  const what = Array.isArray(value) ? 'array' : typeof value;
  throw badRequest(
    `error decoding patch: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
  );
}

function checkKind(resource: Resource, patched: JsonRecord, document: string): void {
  const apiVersion = stringOf(patched.apiVersion);
  const kind = stringOf(patched.kind);
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) return;
  throw patchInvalid(
    document,
    `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
  );
}

const operationMembers = new Set(['op', 'path', 'from', 'value']);

/** Members of operations that JSON Patch does not know. */
function unknownOperations({ type, value }: ParsedPatch): string[] {
  if (type !== 'json' || !Array.isArray(value)) return [];
  return value.flatMap((operation: unknown, index) =>
    Object.keys(isRecord(operation) ? operation : {})
      .filter((member) => !operationMembers.has(member))
      .map((member) => `json patch unknown field "[${index}].${member}"`),
  );
}

function statusOfPatch({ problem, message }: PatchError): StatusError {
  switch (problem) {
    case 'invalid':
      return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
    case 'format':
      return badRequest(message);
    case 'tooLarge':
      return new StatusError(413, 'RequestEntityTooLarge', message);
    case 'failed':
      return plainError(message);
  }
}

import { apiVersionOf } from '@sluice/api';
import { badRequest, type StatusError } from '../errors.ts';
import { isRecord, stringOf, type JsonRecord } from '../json.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import type { WriteContext } from './context.ts';

/** A value that does not fit a field's type; `message` is what Go's decoder says. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** What is said where the value was read before, as the result of a strategic merge is. */
  readonly conversion: string;

  constructor(message: string, conversion = message) {
    super(message);
    this.conversion = conversion;
  }
}

/** A parsed request body and what its text showed beyond the value. */
export interface ParsedBody {
  readonly value: unknown;
  /** Paths of keys that were given twice, as `spec.replicas`. */
  readonly duplicates: readonly string[];
  /** Warnings of the YAML reader: `line 4: key "a" already set in map`. */
  readonly yamlDuplicates?: readonly string[];
}

/**
 * The body of a POST or PUT as a defaulted object of the resource's kind.
 * @throws StatusError 400 when it is something else, or has unknown fields under `fieldValidation=Strict`
 */
export function decodeObject(resource: Resource, body: ParsedBody, context: WriteContext): Draft {
  const record = withKind(resource, body.value);
  const unknown: string[] = [];
  let draft: Draft;
  try {
    draft = resource.strategy.decode(record, unknown);
  } catch (error) {
    if (error instanceof DecodeError) throw cannotHandle(resource, error.message);
    throw error;
  }
  const findings = [
    ...unknown.map((path) => `unknown field "${path}"`),
    ...body.duplicates.map((path) => `duplicate field "${path}"`),
  ];
  reportFindings(resource, [...findings, ...(body.yamlDuplicates ?? [])], context);
  resource.strategy.applyDefaults(draft);
  return draft;
}

function reportFindings(resource: Resource, findings: readonly string[], context: WriteContext): void {
  if (findings.length === 0 || context.fieldValidation === 'Ignore') return;
  if (context.fieldValidation === 'Strict')
    throw cannotHandle(resource, `strict decoding error: ${findings.join(', ')}`);
  for (const finding of findings) context.warnings.add(finding);
}

function cannotHandle({ kind, version }: Resource, why: string): StatusError {
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

/** The body with apiVersion and kind, which built-in kinds may leave out. */
function withKind(resource: Resource, value: unknown): JsonRecord {
  if (value === null && !resource.custom) return withKind(resource, {});
  if (!isRecord(value)) throw unrecognized(resource, value);
  const { kind, custom } = resource;
  const expected = apiVersionOf(resource);
  const apiVersion = stringOf(value.apiVersion);
  const bodyKind = stringOf(value.kind);
  if (custom) {
    if (bodyKind === '') {
      const text = JSON.stringify(value);
      throw badRequest(
        `the object provided is unrecognized (must be of type ${kind}): Object 'Kind' is missing in '${text}' (${hexSnippet(text)})`,
      );
    }
    if (apiVersion !== expected) throw otherVersion(apiVersion, expected);
    return value;
  }
  if (bodyKind !== '' && bodyKind !== kind) {
    const version = apiVersion === '' ? resource.version : apiVersion.slice(apiVersion.indexOf('/') + 1);
    throw badRequest(
      `${bodyKind} in version "${version}" cannot be handled as a ${kind}: converting (${version}.${bodyKind}) to (${groupName(resource)}.${kind}): unknown conversion`,
    );
  }
  if (apiVersion !== '' && apiVersion !== expected) {
    if (resource.strategy.versions.schemaOf(apiVersion) !== undefined) throw otherVersion(apiVersion, expected);
    throw badRequest(
      `${kind} in version "${apiVersion}" cannot be handled as a ${kind}: no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  return { ...value, apiVersion: expected, kind };
}

function groupName({ group }: Resource): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group);
}

function otherVersion(given: string, expected: string): StatusError {
  return badRequest(`the API version in the data (${given}) does not match the expected API version (${expected})`);
}

function unrecognized({ kind }: Resource, value: unknown): StatusError {
  const text = JSON.stringify(value);
  const what = Array.isArray(value) ? 'array' : typeof value;
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${what} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${snippet(text)})`,
  );
}

/** Text that is no JSON at all. */
export function unparsable({ kind }: Pick<Resource, 'kind'>, text: string, why: string): StatusError {
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${snippet(text)})`,
  );
}

/** How messages show a body: as text when it looks like an object, in hex otherwise. */
function snippet(text: string): string {
  if (text === '') return '<empty>';
  return text.startsWith('{') ? `${text.slice(0, 30)}${text.length > 30 ? ' ...' : ''}` : hexSnippet(text);
}

function hexSnippet(text: string): string {
  const hex = Buffer.from(text.slice(0, 30)).toString('hex');
  return text.length > 30 ? `${hex} ...` : hex;
}

import { writeJson } from './json-text.ts';
import type { JsonRecord } from './json.ts';

/** One finding about a field: becomes a cause in the details of a 422. */
export interface FieldError {
  /** `FieldValueInvalid`, `FieldValueRequired`, … */
  readonly reason: string;
  readonly field: string;
  /** The message without the field. */
  readonly body: string;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A refusal, with what its `Status` object says. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** `metadata.continue` of the Status: only a 410 of a paged list has one. */
  readonly continueToken: string | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails, continueToken?: string) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = continueToken;
  }
}

/** The `Status` object of an error, in the form of kube-apiserver. */
export function statusOf(error: StatusError): JsonRecord {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: error.continueToken === undefined ? {} : { continue: error.continueToken },
    status: 'Failure',
    message: error.message,
    ...(error.reason === '' ? {} : { reason: error.reason }),
    ...(error.details === undefined ? {} : { details: error.details }),
    code: error.code,
  };
}

/** What errors name a resource by. `kind` stands in 422, the plural elsewhere. */
export interface ErrorSubject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

function groupPart(group: string): { group?: string } {
  return group === '' ? {} : { group };
}

function namePart(name: string): { name?: string } {
  return name === '' ? {} : { name };
}

/** `deployments.apps`, or `pods` for the core group. */
export function qualifiedPlural({ group, plural }: ErrorSubject): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function pluralDetails(subject: ErrorSubject, name: string): StatusDetails {
  return { ...namePart(name), ...groupPart(subject.group), kind: subject.plural };
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function notFound(subject: ErrorSubject, name: string): StatusError {
  const message = `${qualifiedPlural(subject)} "${name}" not found`;
  return new StatusError(404, 'NotFound', message, pluralDetails(subject, name));
}

export function namespaceNotFound(name: string): StatusError {
  return notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, name);
}

/** No such resource, version or subresource below a group that exists. */
export function resourceNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function alreadyExists(subject: ErrorSubject, name: string, deleting: boolean): StatusError {
  const prefix = deleting ? 'object is being deleted: ' : '';
  const message = `${prefix}${qualifiedPlural(subject)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, pluralDetails(subject, name));
}

export function noUniqueName(subject: ErrorSubject, name: string): StatusError {
  const message = `${qualifiedPlural(subject)} "${name}" already exists, the server was not able to generate a unique name for the object`;
  return new StatusError(409, 'AlreadyExists', message, { ...pluralDetails(subject, name), retryAfterSeconds: 1 });
}

export function conflict(subject: ErrorSubject, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedPlural(subject)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, pluralDetails(subject, name));
}

export function modified(subject: ErrorSubject, name: string): StatusError {
  return conflict(
    subject,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

/** A failed precondition of a DELETE: named by the Kind, not by the resource. */
export function preconditionFailed(subject: ErrorSubject, name: string, why: string): StatusError {
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  return new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${kind} "${name}": ${why}`, {
    ...namePart(name),
    ...groupPart(subject.group),
    kind: subject.kind,
  });
}

export function forbidden(subject: ErrorSubject, name: string, why: string, causes?: StatusCause[]): StatusError {
  const what = name === '' ? qualifiedPlural(subject) : `${qualifiedPlural(subject)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${what} is forbidden: ${why}`, {
    ...pluralDetails(subject, name),
    ...(causes === undefined ? {} : { causes }),
  });
}

export function invalid(
  subject: { group: string; kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const texts = [...new Set(errors.map((e) => `${e.field}: ${e.body}`))];
  const aggregate = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${aggregate}`, {
    ...namePart(name),
    ...groupPart(subject.group),
    ...(subject.kind === '' ? {} : { kind: subject.kind }),
    causes: errors.map((e) => ({ reason: e.reason, message: e.body, field: e.field })),
  });
}

/** What a patch of another type than apply cannot be decoded into: a 422 that names neither kind nor name. */
export function patchInvalid(document: string, why: string): StatusError {
  return invalid({ group: '', kind: '' }, '', [
    { reason: 'FieldValueInvalid', field: 'patch', body: `Invalid value: ${JSON.stringify(document)}: ${why}` },
  ]);
}

/** An error without a reason: kube-apiserver answers so where it passes a plain Go error on. */
export function plainError(message: string): StatusError {
  return new StatusError(500, '', message);
}

export function internalError(message: string): StatusError {
  const text = `Internal error occurred: ${message}`;
  return new StatusError(500, 'InternalError', text, { causes: [{ message }] });
}

export function tooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

export function expired(message: string, continueToken?: string): StatusError {
  return new StatusError(410, 'Expired', message, undefined, continueToken);
}

export function futureVersion(asked: number, current: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export function required(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, body: detail === '' ? 'Required value' : `Required value: ${detail}` };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, body: `Invalid value: ${render(value)}: ${detail}` };
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueTypeInvalid', field, body: `Invalid value: ${render(value)}: ${detail}` };
}

/** `supported` is printed in the order given. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const values = supported.map((s) => JSON.stringify(s)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    field,
    body: `Unsupported value: ${render(value)}: supported values: ${values}`,
  };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', field, body: `Duplicate value: ${render(value)}` };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, body: `Forbidden: ${detail}` };
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return { reason: 'FieldValueTooLong', field, body: `Too long: may not be more than ${maxBytes} bytes` };
}

export function tooMany(field: string, count: number, max: number): FieldError {
  const body = `Too many: ${count}: must have at most ${max} item${max === 1 ? '' : 's'}`;
  return { reason: 'FieldValueTooMany', field, body };
}

export function valueNotFound(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueNotFound', field, body: `Not found: ${render(value)}` };
}

export function immutable(field: string, value: unknown): FieldError {
  return invalidValue(field, value, 'field is immutable');
}

/** A value as error messages print it: strings quoted, everything else compact JSON. */
function render(value: unknown): string {
  return value === undefined ? 'null' : writeJson(value);
}

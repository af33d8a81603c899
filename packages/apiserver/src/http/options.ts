import {
  badRequest,
  invalid,
  notSupported,
  required,
  tooLong,
  invalidValue,
  forbiddenField,
  type FieldError,
} from '../errors.ts';
import type { FieldValidation, WriteContext } from '../operations/context.ts';
import type { ApiRequest } from './messages.ts';

const maxManagerBytes = 128;
const fieldValidations: readonly FieldValidation[] = ['Ignore', 'Strict', 'Warn'];

/** A boolean of a query: present and neither `0` nor `false`. */
export function queryFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

/** An integer of a query, 0 when absent. @throws StatusError 400 */
export function queryInteger(query: URLSearchParams, name: string): number {
  const value = query.get(name);
  if (value === null || value === '') return 0;
  if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

/** Which options object the messages speak of. */
export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions';

export interface WriteContextOptions {
  readonly kind: OptionsKind;
  readonly patch?: 'apply' | 'other';
  readonly subresource: string;
  readonly now: Date;
  /** Instead of the request's own, where that does not count. */
  readonly query?: URLSearchParams;
}

/**
 * The options of a write, from its query.
 * @param patch `apply` needs a field manager, other patches may not be forced
 * @throws StatusError 422
 */
export function writeContext(
  request: ApiRequest,
  { kind, patch, subresource, now, query = request.query }: WriteContextOptions,
): WriteContext {
  const dryRuns = query.getAll('dryRun');
  const validation = query.get('fieldValidation') ?? '';
  const manager = query.get('fieldManager') ?? '';
  const errors: FieldError[] = [...checkDryRun(dryRuns), ...checkManager(manager)];
  if (patch === 'apply' && manager === '') errors.push(required('fieldManager', 'is required for apply patch'));
  if (patch === 'other' && query.has('force')) {
    errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  }
  if (validation !== '' && !isFieldValidation(validation)) {
    errors.push(notSupported('fieldValidation', validation, ['', ...fieldValidations]));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    user: request.user,
    now,
    dryRun: dryRuns.length > 0,
    fieldValidation: isFieldValidation(validation) ? validation : 'Warn',
    manager: manager === '' ? managerOf(request.header('user-agent')) : manager,
    explicitManager: manager !== '',
    force: queryFlag(query, 'force'),
    subresource,
    warnings: new Set(),
  };
}

export function checkDryRun(values: readonly string[]): FieldError[] {
  return values.every((value) => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])];
}

function isFieldValidation(text: string): text is FieldValidation {
  return (fieldValidations as readonly string[]).includes(text);
}

function checkManager(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > maxManagerBytes) errors.push(tooLong('fieldManager', maxManagerBytes));
  const bad = Array.from(manager).findIndex((char) => !isPrintable(char));
  if (bad >= 0) {
    const code = Array.from(manager)[bad]!.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    errors.push(invalidValue('fieldManager', manager, `invalid character U+${code} (at position ${bad})`));
  }
  return errors;
}

/** The manager of a write that names none: the user agent up to its first slash. */
function managerOf(userAgent: string | undefined): string {
  const name = Array.from((userAgent ?? '').split('/')[0]!)
    .filter(isPrintable)
    .join('');
  const cut = Buffer.from(name)
    .subarray(0, maxManagerBytes)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  return cut === '' ? 'unknown' : cut;
}

function isPrintable(char: string): boolean {
  return char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

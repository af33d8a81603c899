import { declare, type FunctionDecl } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { Duration, MapValue, Optional, Uint, type Value } from '../run/value.ts';

function valueOf(optional: Value | undefined): Value {
  const { value } = optional as Optional;
  if (value === undefined) throw evaluationError('optional.none() dereference');
  return value;
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof MapValue) return value.size === 0;
  return (Array.isArray(value) || value instanceof Uint8Array) && value.length === 0;
}

function present([list]: readonly Value[]): Value {
  return (list as Optional[]).map(({ value }) => value).filter((value) => value !== undefined);
}

/** Values that may be missing. The macros and `.?` belong to the syntax. */
export const optionals: readonly FunctionDecl[] = [
  declare('optional.of', { '(A) optional(A)': ([value]) => new Optional(value) }),
  declare('optional.none', { '() optional(A)': () => new Optional() }),
  declare('optional.ofNonZeroValue', {
    '(A) optional(A)': ([value]) => (isZero(value!) ? new Optional() : new Optional(value)),
  }),
  declare('optional.unwrap', { '(list(optional(A))) list(A)': present }),
  declare('unwrapOpt', { 'list(optional(A)).() list(A)': present }),
  declare('hasValue', { 'optional(A).() bool': ([optional]) => (optional as Optional).value !== undefined }),
  declare('value', { 'optional(A).() A': ([optional]) => valueOf(optional) }),
  // The plan runs these two itself, as they do not always need what they are given.
  declare('or', { 'optional(A).(optional(A)) optional(A)': ([optional]) => optional! }),
  declare('orValue', { 'optional(A).(A) A': ([optional]) => valueOf(optional) }),
  declare('first', { 'list(A).() optional(A)': ([list]) => new Optional((list as Value[])[0]) }),
  declare('last', { 'list(A).() optional(A)': ([list]) => new Optional((list as Value[]).at(-1)) }),
];

import { declare, type FunctionDecl, type Implementation } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { Opaque, type Value } from '../run/value.ts';

const nano = 1_000_000_000n;
const powersOfTen: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const powersOf1024: Readonly<Record<string, bigint>> = { Ki: 1n, Mi: 2n, Gi: 3n, Ti: 4n, Pi: 5n, Ei: 6n };
/** Far beyond any quantity; larger ones would only cost time. */
const maxExponent = 40;

/** An amount of a resource, in billionths, as Kubernetes keeps it. */
export class Quantity extends Opaque {
  override readonly typeName = 'kubernetes.Quantity';
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.nanos = nanos;
  }

  override equals(other: Opaque): boolean {
    return other instanceof Quantity && other.nanos === this.nanos;
  }
}

/** @returns `undefined` for text that is no quantity */
function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  const unscaled = BigInt(`${whole}${fraction}`);
  const binary = powersOf1024[suffix];
  const exponent = powersOfTen[suffix] ?? (binary === undefined ? Number(suffix.slice(1)) : 0);
  if (Math.abs(exponent) > maxExponent) return undefined;
  const scaled = unscaled * (binary === undefined ? 1n : 1024n ** binary);
  const nanos = roundUp(scaled, exponent - fraction.length + 9);
  return new Quantity(sign === '-' ? -nanos : nanos);
}

/** `value * 10 ** power`; less than a billionth counts as one. */
function roundUp(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (value + divisor - 1n) / divisor;
}

const format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function quantityOf(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (parsed === undefined) throw evaluationError(format);
  return parsed;
}

const nanosOf = (value: Value | undefined): bigint => (value as Quantity).nanos;

function isInteger(nanos: bigint): boolean {
  return nanos % nano === 0n && BigInt.asIntN(64, nanos / nano) === nanos / nano;
}

function asInteger([quantity]: readonly Value[]): bigint {
  if (!isInteger(nanosOf(quantity))) throw evaluationError('cannot convert value to integer');
  return nanosOf(quantity) / nano;
}

function arithmetic(run: (a: bigint, b: bigint) => bigint): Record<string, Implementation> {
  return {
    'kubernetes.Quantity.(kubernetes.Quantity) kubernetes.Quantity': ([a, b]) =>
      new Quantity(run(nanosOf(a), nanosOf(b))),
    'kubernetes.Quantity.(int) kubernetes.Quantity': ([a, b]) => new Quantity(run(nanosOf(a), (b as bigint) * nano)),
  };
}

/** Kubernetes' functions of quantities. */
export const quantities: readonly FunctionDecl[] = [
  declare('quantity', { '(string) kubernetes.Quantity': ([text]) => quantityOf(text as string) }),
  declare('isQuantity', { '(string) bool': ([text]) => parseQuantity(text as string) !== undefined }),
  declare('isInteger', { 'kubernetes.Quantity.() bool': ([quantity]) => isInteger(nanosOf(quantity)) }),
  declare('asInteger', { 'kubernetes.Quantity.() int': asInteger }),
  declare('asApproximateFloat', {
    'kubernetes.Quantity.() double': ([quantity]) => Number(nanosOf(quantity)) / Number(nano),
  }),
  declare('sign', {
    '(kubernetes.Quantity) int': ([quantity]) =>
      BigInt(Number(nanosOf(quantity) > 0n) - Number(nanosOf(quantity) < 0n)),
  }),
  declare(
    'add',
    arithmetic((a, b) => a + b),
  ),
  declare(
    'sub',
    arithmetic((a, b) => a - b),
  ),
  declare('isGreaterThan', {
    'kubernetes.Quantity.(kubernetes.Quantity) bool': ([a, b]) => nanosOf(a) > nanosOf(b),
  }),
  declare('isLessThan', { 'kubernetes.Quantity.(kubernetes.Quantity) bool': ([a, b]) => nanosOf(a) < nanosOf(b) }),
  declare('compareTo', {
    'kubernetes.Quantity.(kubernetes.Quantity) int': ([a, b]) =>
      BigInt(Number(nanosOf(a) > nanosOf(b)) - Number(nanosOf(a) < nanosOf(b))),
  }),
];

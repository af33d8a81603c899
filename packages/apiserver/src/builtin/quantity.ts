const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;
const decimalSuffixes = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const decimalNames = new Map([...decimalSuffixes].map(([name, exponent]) => [exponent, name]));
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const nano = 1_000_000_000n;

/** A number as nano units, exactly or rounded up. */
interface Amount {
  readonly nanos: bigint;
  readonly form: 'decimal' | 'binary' | 'exponent';
}

/**
 * A Kubernetes quantity in the form in which the API server writes it: `1000m` is `1`, `1024Mi` is `1Gi`.
 * @returns `undefined` when the text is no quantity
 */
export function canonicalQuantity(text: string): string | undefined {
  const amount = parseQuantity(text);
  if (amount === undefined) return undefined;
  if (amount.nanos === 0n) return '0';
  return amount.form === 'binary' && amount.nanos % nano === 0n && magnitude(amount.nanos) >= 1024n * nano
    ? binaryText(amount.nanos / nano)
    : decimalText(amount.nanos, amount.form);
}

/** The value of a quantity, for comparisons; `undefined` when the text is none. */
export function quantityNanos(text: string): bigint | undefined {
  return parseQuantity(text)?.nanos;
}

function parseQuantity(text: string): Amount | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const signed = sign === '-' ? -digits : digits;
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) {
    const nanos = divideUp(signed * 1024n ** BigInt(binary) * nano, 10n ** BigInt(fraction.length));
    return { nanos, form: 'binary' };
  }
  const power = exponent === undefined ? (decimalSuffixes.get(suffix) ?? 0) : Number(exponent.slice(1));
  if (Math.abs(power) > 30) return undefined;
  const shift = power + 9 - fraction.length;
  const nanos = shift >= 0 ? signed * 10n ** BigInt(shift) : divideUp(signed, 10n ** BigInt(-shift));
  return { nanos, form: exponent === undefined ? 'decimal' : 'exponent' };
}

/** Away from zero. */
function divideUp(value: bigint, by: bigint): bigint {
  const rest = value % by;
  const quotient = value / by;
  return rest === 0n ? quotient : quotient + (value < 0n ? -1n : 1n);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function binaryText(value: bigint): string {
  let rest = value;
  let steps = 0;
  while (rest % 1024n === 0n && steps < binarySuffixes.length - 1) {
    rest /= 1024n;
    steps += 1;
  }
  return `${rest}${binarySuffixes[steps]}`;
}

function decimalText(nanos: bigint, form: Amount['form']): string {
  let rest = nanos;
  let exponent = -9;
  while (rest % 1000n === 0n && exponent < 18) {
    rest /= 1000n;
    exponent += 3;
  }
  if (form === 'exponent') return exponent === 0 ? String(rest) : `${rest}e${exponent}`;
  return `${rest}${decimalNames.get(exponent)}`;
}

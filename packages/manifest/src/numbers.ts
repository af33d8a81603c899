const minInt64 = -(2n ** 63n);
export const maxInt64 = 2n ** 63n - 1n;
const maxUint64 = 2n ** 64n - 1n;

const decimalFloat = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
const dottedFloat = /^\.\d+([eE][-+]?\d+)?$/;

/** Digits of each base that Go knows by a prefix. */
const digitsOf: Readonly<Record<number, RegExp>> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^\d+$/, 16: /^[\da-fA-F]+$/ };

const baseOfPrefix: Readonly<Record<string, number>> = { '0b': 2, '0o': 8, '0x': 16 };

/**
 * Reads an integer as Go does with base 0: decimal, `0x`, `0b`, `0o`, or a leading `0` for octal; `text` has no `_`.
 * @returns `undefined` for other texts and for what fits neither int64 nor, without a sign, uint64
 */
export function parseGoInteger(text: string): number | bigint | undefined {
  const sign = text[0] === '-' || text[0] === '+' ? text[0] : '';
  const body = text.slice(sign.length);
  const base = baseOfPrefix[body.slice(0, 2).toLowerCase()];
  if (base !== undefined) return parseDigits(sign, body.slice(2), base);
  return body.length > 1 && body[0] === '0' ? parseDigits(sign, body.slice(1), 8) : parseDigits(sign, body, 10);
}

/** As above for digits without a prefix. A sign in `digits` is allowed when `sign` is empty. */
export function parseDigits(sign: string, digits: string, base: number): number | bigint | undefined {
  if (digitsOf[base]?.test(digits) !== true) return undefined;
  const small = digits.length <= 10 || (base === 10 && digits.length <= 15);
  if (small) return Number.parseInt(digits, base) * (sign === '-' ? -1 : 1) || 0;
  return fitInteger(BigInt((base === 10 ? '' : prefixOf(base)) + digits) * (sign === '-' ? -1n : 1n), sign === '');
}

function prefixOf(base: number): string {
  return base === 2 ? '0b' : base === 8 ? '0o' : '0x';
}

function fitInteger(value: bigint, mayBeUnsigned: boolean): number | bigint | undefined {
  if (value < minInt64 || value > (mayBeUnsigned ? maxUint64 : maxInt64)) return undefined;
  return BigInt.asIntN(54, value) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Reads a decimal floating-point number without `_`; `undefined` when it is none or no finite double. */
export function parseGoFloat(text: string): number | undefined {
  return decimalFloat.test(text) ? finite(Number(text)) : undefined;
}

/** Reads a number that begins with a dot. */
export function parseDottedFloat(text: string): number | undefined {
  return dottedFloat.test(text) ? finite(Number(text)) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Whether go-yaml would print this number as an integer: its decimal digits fit 64 bits. */
export function isPrintedAsInteger(value: number): boolean {
  if (Number.isSafeInteger(value)) return true;
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 65) return false;
  // The digits that round-trip decide, not the exact value: they may lie outside the range.
  const digits = BigInt(String(value));
  return digits >= minInt64 && digits <= maxUint64;
}

/** Go's `strconv.FormatFloat(value, 'g', -1, bits)`: shortest digits; an exponent below 1e-4 and from 1e21 … 1e6 on. */
export function formatGoFloat(value: number, bits: 32 | 64 = 64): string {
  const text = bits === 64 ? value.toExponential() : shortestSingle(value);
  const [mantissa = '', power = ''] = text.split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) return `${mantissa}e${formatExponent(exponent)}`;
  return plainDecimal(mantissa, exponent);
}

function shortestSingle(value: number): string {
  const single = Math.fround(value);
  for (let digits = 0; digits < 9; digits++) {
    const text = single.toExponential(digits);
    if (Math.fround(Number(text)) === single)
      return text.replace(/\.?0*e/, (zeros) => (zeros.startsWith('.') || digits > 0 ? 'e' : zeros));
  }
  return single.toExponential();
}

function formatExponent(exponent: number): string {
  return (exponent < 0 ? '-' : '+') + String(Math.abs(exponent)).padStart(2, '0');
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}

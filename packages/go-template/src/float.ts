/** The decimal digits of a number: 0.d1d2d3… times 10 to the power of `point`. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

/**
 * Formats as Go's `strconv.FormatFloat` for 64 bits.
 * @param precision digits behind the point, in all for `g`; -1 for as few as tell the number apart
 */
export function formatFloat(value: number, verb: string, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === Infinity) return value < 0 ? '-Inf' : '+Inf';
  return sign + formatSize(size, verb, precision);
}

function formatSize(size: number, verb: string, precision: number): string {
  switch (verb) {
    case 'e':
    case 'E':
      return exponential(
        precision < 0 ? shortest(size) : rounded(size, { significant: precision + 1 }),
        precision,
        verb,
      );
    case 'f':
    case 'F':
      return fixed(precision < 0 ? shortest(size) : rounded(size, { behindPoint: precision }), precision);
    case 'x':
    case 'X':
      return verb === 'x' ? hexadecimal(size, precision) : hexadecimal(size, precision).toUpperCase();
    case 'b':
      return binary(size);
    default:
      return general(size, verb === 'G' ? 'E' : 'e', precision);
  }
}

function general(size: number, verb: string, precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const found = wanted < 0 ? shortest(size) : rounded(size, { significant: wanted });
  const trimmed = { ...found, digits: found.digits.replace(/0+$/, '') };
  const count = trimmed.digits.length;
  let limit = wanted < 0 ? 6 : wanted;
  if (wanted >= 0 && limit > count && count >= trimmed.point) limit = count;
  const exponent = size === 0 ? 0 : trimmed.point - 1;
  if (exponent < -4 || exponent >= limit) return exponential(trimmed, Math.max(count - 1, 0), verb);
  return fixed(trimmed, Math.max(count - trimmed.point, 0));
}

function shortest(size: number): Digits {
  if (size === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = size.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** The exact decimal value, rounded half to even. */
function rounded(size: number, to: { significant: number } | { behindPoint: number }): Digits {
  if (size === 0) return { digits: '', point: 0 };
  const { digits, point } = exactDigits(size);
  const keep = 'significant' in to ? to.significant : point + to.behindPoint;
  if (keep < 0) return { digits: '', point: 0 };
  if (keep >= digits.length) return { digits, point };
  const kept = BigInt(digits.slice(0, keep) || '0');
  const rest = digits.slice(keep);
  const isHalf = /^50*$/.test(rest);
  const up = isHalf ? kept % 2n === 1n : rest >= '5';
  const text = (up ? kept + 1n : kept).toString().padStart(keep, '0');
  return { digits: text === '0' && keep === 0 ? '' : text, point: point + text.length - keep };
}

function exactDigits(size: number): Digits {
  const { mantissa, exponent } = parts(size);
  // 2 to the power of -n is 5 to the power of n with n digits behind the point.
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const digits = whole.toString();
  return { digits, point: digits.length - (exponent < 0 ? -exponent : 0) };
}

/** `size` is `mantissa` times 2 to the power of `exponent`; the mantissa has 53 bits unless the number is subnormal. */
function parts(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function exponential({ digits, point }: Digits, precision: number, verb: string): string {
  const padded = digits === '' ? '0' : digits;
  const behind = precision < 0 ? padded.slice(1) : padded.slice(1, 1 + precision).padEnd(precision, '0');
  const exponent = digits === '' ? 0 : point - 1;
  const power = Math.abs(exponent).toString().padStart(2, '0');
  return `${padded[0]}${behind === '' ? '' : `.${behind}`}${verb}${exponent < 0 ? '-' : '+'}${power}`;
}

function fixed({ digits, point }: Digits, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const behind = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  const shown = precision < 0 ? behind : behind.slice(0, precision).padEnd(precision, '0');
  return shown === '' ? whole : `${whole}.${shown}`;
}

function binary(size: number): string {
  const { mantissa, exponent } = parts(size);
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function hexadecimal(size: number, precision: number): string {
  let { mantissa, exponent } = parts(size);
  if (mantissa === 0n) return `0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`;
  while (mantissa < 1n << 52n) [mantissa, exponent] = [mantissa << 1n, exponent - 1];
  exponent += 52;
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(52 - 4 * precision);
    const half = 1n << (drop - 1n);
    const rest = mantissa & ((1n << drop) - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa += 1n;
    mantissa <<= drop;
    if (mantissa >= 1n << 53n) [mantissa, exponent] = [mantissa >> 1n, exponent + 1];
  }
  const fraction = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const shown = precision < 0 ? fraction.replace(/0+$/, '') : fraction.slice(0, precision).padEnd(precision, '0');
  const power = Math.abs(exponent).toString().padStart(2, '0');
  return `0x1${shown === '' ? '' : `.${shown}`}p${exponent < 0 ? '-' : '+'}${power}`;
}

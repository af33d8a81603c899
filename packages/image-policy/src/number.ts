const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const hexadecimal = /^([+-]?)0x(?:([0-9a-f]+)\.?([0-9a-f]*)|\.([0-9a-f]+))p([+-]?\d+)$/i;
const infinity = /^([+-]?)inf(?:inity)?$/i;

/**
 * Reads a number as Go's `strconv.ParseFloat` reads 64 bits: `1_000`, `.5`, `5.`, `1e3`, `0x1p4`, `inf` and `nan` are
 * numbers, `0x10`, ` 1` and what is too large for 64 bits are none.
 */
export function tryParseFloat(text: string): number | undefined {
  if (/^nan$/i.test(text)) return NaN;
  const endless = infinity.exec(text);
  if (endless !== null) return endless[1] === '-' ? -Infinity : Infinity;
  if (!hasGoodUnderscores(text)) return undefined;
  const digits = text.replaceAll('_', '');
  const value = decimal.test(digits) ? Number(digits) : tryParseHexadecimal(digits);
  return value === undefined || Number.isFinite(value) ? value : undefined;
}

/** An underscore stands between two digits; behind `0x` it may stand too. */
function hasGoodUnderscores(text: string): boolean {
  if (!text.includes('_')) return true;
  const isHexadecimal = /^[+-]?0x/i.test(text);
  const digit = isHexadecimal ? '[0-9a-fx]' : '[0-9]';
  const last = isHexadecimal ? '[0-9a-f]' : '[0-9]';
  return text.split(new RegExp(`(?<=${digit})_(?=${last})`, 'i')).every((piece) => !piece.includes('_'));
}

function tryParseHexadecimal(text: string): number | undefined {
  const match = hexadecimal.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', bare = '', exponent = '0'] = match;
  const mantissa = Number(BigInt(`0x${whole}${fraction}${bare}`));
  const value = scale(mantissa, Number(exponent) - 4 * (fraction.length + bare.length));
  return sign === '-' ? -value : value;
}

/** `value` times 2 to the power of `exponent`, in steps so that no power on the way is out of range. */
function scale(value: number, exponent: number): number {
  let [result, left] = [value, exponent];
  while (left !== 0 && result !== 0 && Number.isFinite(result)) {
    const step = Math.max(-1000, Math.min(1000, left));
    result *= 2 ** step;
    left -= step;
  }
  return result;
}

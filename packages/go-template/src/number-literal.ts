import { TemplateParseError } from './error.ts';
import type { NumberLiteral } from './nodes.ts';
import { goQuote, unquoteChar } from './text.ts';
import { Complex, Float, Int } from './value.ts';

const max = 2n ** 63n;

/** Reads a number as Go's templates do. @throws TemplateParseError without a place */
export function parseNumber(text: string, kind: 'number' | 'charConstant' | 'complex'): NumberLiteral {
  if (kind === 'charConstant') return parseChar(text);
  if (kind === 'complex' || text.endsWith('i')) return parseComplex(text);
  const int = tryParseInt(text);
  if (int !== undefined) {
    const fits = int >= -max && int < max;
    return { int: fits ? int : undefined, float: Number(int), ideal: fits ? new Int(int) : undefined };
  }
  const float = tryParseFloat(text);
  if (float === undefined) throw new TemplateParseError(`illegal number syntax: ${goQuote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new TemplateParseError(`integer overflow: ${goQuote(text)}`);
  const isWhole = Number.isInteger(float) && Math.abs(float) < 2 ** 63;
  return { int: isWhole ? BigInt(float) : undefined, float, ideal: new Float(float) };
}

function parseChar(text: string): NumberLiteral {
  const char = unquoteChar(text);
  if (char === undefined) throw new TemplateParseError('invalid syntax');
  if (char.rest !== "'") throw new TemplateParseError(`malformed character constant: ${text}`);
  return { int: BigInt(char.code), float: char.code, ideal: new Int(BigInt(char.code)) };
}

function parseComplex(text: string): NumberLiteral {
  const [, real = '', imaginary = ''] = /^(.*?)([+-]?(?:[^+-]|(?<=[eEpP])[+-])*)i$/.exec(text) ?? [];
  const parts = [real === '' ? 0 : tryParseFloat(real), tryParseFloat(imaginary)];
  if (parts[0] === undefined || parts[1] === undefined) {
    throw new TemplateParseError(`illegal number syntax: ${goQuote(text)}`);
  }
  const [re, im] = [parts[0], parts[1]];
  const isReal = im === 0;
  const isWhole = isReal && Number.isInteger(re);
  return { int: isWhole ? BigInt(re) : undefined, float: isReal ? re : undefined, ideal: new Complex(re, im) };
}

/** Go's `ParseInt` with base 0, for any size; an integer beyond 64 bits without a sign is one too. */
function tryParseInt(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const value = tryParseDigits(digits);
  if (value === undefined || value >= 2n ** 64n || (sign !== '' && value > max)) return undefined;
  if (sign === '+' && value === max) return undefined;
  return sign === '-' ? -value : value;
}

function tryParseDigits(digits: string): bigint | undefined {
  if (!/^(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/.test(digits))
    return undefined;
  const plain = digits.replaceAll('_', '');
  return BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain);
}

/** Go's `ParseFloat`; infinite and too large numbers are none. */
export function tryParseFloat(text: string): number | undefined {
  if (!hasGoodUnderscores(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/.exec(plain);
  if (hexadecimal !== null) {
    const [, sign, whole = '', fraction = '', exponent = '0'] = hexadecimal;
    if (whole + fraction === '') return undefined;
    const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
    return Number.isFinite(size) ? (sign === '-' ? -size : size) : undefined;
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** An underscore stands between two digits; behind `0x` it may stand too. */
function hasGoodUnderscores(text: string): boolean {
  if (!text.includes('_')) return true;
  const bad = /0x/i.test(text) ? /(?:^|[^0-9a-fx])_|_(?:$|[^0-9a-f])/i : /(?:^|[^0-9])_|_(?:$|[^0-9])/;
  return !bad.test(text);
}

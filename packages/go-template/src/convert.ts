import { tryParseFloat } from './number-literal.ts';
import { toText } from './printf.ts';
import { Dict, Float, Int, List, kindOf, type Value } from './value.ts';

/** The value as text, as most sprig functions see it. */
export function toStr(value: Value): string {
  return typeof value === 'string' ? value : toText(value);
}

/** The items of a list as texts, nil left out; anything else is a list of one. */
export function toStrs(value: Value): string[] {
  if (value === null) return [];
  if (value instanceof List) return value.items.filter((item) => item !== null).map(toStr);
  return [toStr(value)];
}

const min = -(2n ** 63n);
const max = 2n ** 63n - 1n;

/** 64 bits of what looks like an integer; 0 for all else. */
export function toInt64(value: Value): bigint {
  if (value instanceof Int) return BigInt.asIntN(64, value.value);
  if (value instanceof Float) return Number.isFinite(value.value) ? clamp(BigInt(Math.trunc(value.value))) : min;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'string' ? parseInt64(value.replace(/\.0+$/, ''), 0) : 0n;
}

/** What processors make of a number beyond 64 bits. */
function clamp(value: bigint): bigint {
  return value < min || value > max ? min : value;
}

/** Go's `ParseInt` into 64 bits; 0 when the text is no integer of the base (0 for one with a prefix). */
export function parseInt64(text: string, base: 0 | 8 | 10): bigint {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const patterns = {
    0: /^(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/,
    8: /^[0-7]+$/,
    10: /^[0-9]+$/,
  };
  if (!patterns[base].test(digits)) return 0n;
  const plain = digits.replaceAll('_', '');
  const isOctal = base === 8 || (base === 0 && /^0[0-7]/.test(plain));
  const size = BigInt(isOctal ? `0o${plain}` : plain);
  const value = sign === '-' ? -size : size;
  return value < min || value > max ? 0n : value;
}

export function toFloat64(value: Value): number {
  if (value instanceof Float) return value.value;
  if (value instanceof Int) return Number(value.value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? (tryParseFloat(value) ?? 0) : 0;
}

/** The name of the kind that errors about lists give. */
export function kindName(value: Value): string {
  return value instanceof Dict ? 'map' : kindOf(value);
}

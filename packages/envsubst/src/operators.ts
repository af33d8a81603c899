import { compileGlob } from '@sluice/glob';
import { lowerCase, lowerFirst, upperCase, upperFirst } from './letter-case.ts';
import { fromByteString, toBytes, toByteString } from './utf8.ts';

/**
 * What an operator makes of a value, empty when the variable is not set. All texts are byte strings.
 * @param args the arguments that were written, expanded
 */
export type Operator = (value: string, args: readonly string[]) => string;

/** The operators that may stand on a variable that is not set; all others refuse it in strict mode. */
export const defaultOperators: ReadonlySet<string> = new Set(['=', ':=', ':-', ':?', ':+']);

const operators: Readonly<Record<string, Operator>> = {
  length: (value) => String(value.length),
  '^': onText(upperFirst),
  '^^': onText(upperCase),
  ',': onText(lowerFirst),
  ',,': onText(lowerCase),
  ':': substring,
  '/': (value, [pattern = '', by = '']) => value.replace(pattern, () => by),
  '//': replaceAll,
  '/#': replacePrefix,
  '/%': replaceSuffix,
  '#': (value, [pattern = '']) => value.slice(prefixLength(value, pattern, 'shortest')),
  '##': (value, [pattern = '']) => value.slice(prefixLength(value, pattern, 'longest')),
  '%': (value, [pattern = '']) => stripSuffix(value, pattern, 'shortest'),
  '%%': (value, [pattern = '']) => stripSuffix(value, pattern, 'longest'),
};

/** The function of an operator. `:+` and `:?` are what `:-` is, and `,^` changes nothing: all as in Flux. */
export function operatorOf(operator: string): Operator {
  return operators[operator] ?? withDefault;
}

function withDefault(value: string, args: readonly string[]): string {
  return value === '' ? args.join('') : value;
}

function onText(change: (text: string) => string): Operator {
  return (value) => toByteString(change(fromByteString(value)));
}

/** A negative position counts from the end; a negative length leaves out that many bytes of the end. */
function substring(value: string, [first = '', second]: readonly string[]): string {
  const position = parseInt64(first);
  const length = second === undefined ? value.length : parseInt64(second);
  if (position === undefined || length === undefined) return value;
  const start = position < 0 ? Math.max(0, value.length + position) : position;
  return value.slice(start, Math.max(start, length < 0 ? value.length + length : start + length));
}

/** A whole number of 64 bits, rounded: what is beyond 2^53 is beyond any text as well. */
function parseInt64(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? Number(value) : undefined;
}

/** An empty pattern stands before, between and behind all characters. */
function replaceAll(value: string, [pattern = '', by = '']: readonly string[]): string {
  if (pattern !== '') return value.replaceAll(pattern, () => by);
  return by + Array.from(fromByteString(value), (char) => toByteString(char) + by).join('');
}

/** Without a replacement nothing happens, though `/` and `//` delete then. */
function replacePrefix(value: string, [pattern = '', by]: readonly string[]): string {
  return by !== undefined && value.startsWith(pattern) ? by + value.slice(pattern.length) : value;
}

function replaceSuffix(value: string, [pattern = '', by]: readonly string[]): string {
  return by !== undefined && value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) + by : value;
}

/** How many bytes of the start match the pattern, 0 when none do. */
function prefixLength(value: string, pattern: string, which: 'shortest' | 'longest'): number {
  const matches = compileGlob(toBytes(pattern));
  if (matches === undefined) return 0;
  const bytes = toBytes(value);
  const lengths = Array.from(bytes, (_, index) => index + 1);
  if (which === 'longest') lengths.reverse();
  return lengths.find((length) => matches(bytes.subarray(0, length))) ?? 0;
}

/** Value and pattern are reversed, as in Flux: classes and escapes mean nothing that way round. */
function stripSuffix(value: string, pattern: string, which: 'shortest' | 'longest'): string {
  const backwards = reverse(value);
  return reverse(backwards.slice(prefixLength(backwards, reverse(pattern), which)));
}

function reverse(bytes: string): string {
  return toByteString(Array.from(fromByteString(bytes)).reverse().join(''));
}

import { declare, type FunctionDecl, type Implementation } from '../check/function.ts';
import { CelError, evaluationError } from '../error.ts';
import { checkInt, checkUint, formatDouble } from '../run/number.ts';
import { valueText } from '../run/text.ts';
import {
  checkTimestamp,
  formatDuration,
  formatTimestamp,
  localDate,
  parseDuration,
  parseTimestamp,
} from '../run/time.ts';
import { Timestamp, TypeValue, Uint, typeNameOf, type Duration, type MapValue, type Value } from '../run/value.ts';

function conversionError(value: Value, to: string): CelError {
  return evaluationError(`type conversion error from '${typeNameOf(value)}' to '${to}'`);
}

function required<T>(converted: T | undefined, from: Value, to: string): T {
  if (converted === undefined) throw conversionError(from, to);
  return converted;
}

const same: Implementation = ([value]) => value!;
const codePoints = (text: string): bigint => BigInt(Array.from(text).length);

function both(name: string, type: string, run: Implementation): Record<string, Implementation> {
  return { [`(${type}) ${name}`]: run, [`${type}.() ${name}`]: run };
}

const sizes: FunctionDecl = declare(
  'size',
  {
    ...both('int', 'string', ([text]) => codePoints(text as string)),
    ...both('int', 'bytes', ([bytes]) => BigInt((bytes as Uint8Array).length)),
    ...both('int', 'list(A)', ([list]) => BigInt((list as Value[]).length)),
    ...both('int', 'map(A, B)', ([map]) => BigInt((map as MapValue).size)),
  },
  'named',
);

function doubleToInt(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) throw evaluationError('integer overflow');
  return BigInt(Math.trunc(value));
}

function doubleToUint(value: number): Uint {
  if (!Number.isFinite(value) || value < 0 || value >= 2 ** 64) throw evaluationError('unsigned integer overflow');
  return new Uint(BigInt(Math.trunc(value)));
}

function parseInteger(text: string, to: 'int' | 'uint'): bigint {
  const pattern = to === 'int' ? /^[+-]?\d+$/ : /^\d+$/;
  const value = pattern.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
  const fits = value !== undefined && (to === 'int' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value;
  return required(fits ? value : undefined, text, to);
}

function parseDouble(text: string): number {
  const known = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : namedDouble(text);
  return required(known, text, 'double');
}

function namedDouble(text: string): number | undefined {
  const match = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (match === null) return undefined;
  if (/^nan$/i.test(match[2] ?? '')) return Number.NaN;
  return match[1] === '-' ? -Infinity : Infinity;
}

const truths: Readonly<Record<string, boolean>> = {
  1: true, t: true, T: true, true: true, TRUE: true, True: true,
  0: false, f: false, F: false, false: false, FALSE: false, False: false,
}; // prettier-ignore

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new CelError('evaluate', 'invalid UTF-8 in bytes, cannot convert to string', { cause: error });
  }
}

function floorSeconds({ nanos }: Timestamp): bigint {
  const seconds = nanos / 1_000_000_000n;
  return nanos % 1_000_000_000n < 0n ? seconds - 1n : seconds;
}

const conversions: readonly FunctionDecl[] = [
  declare('bool', {
    '(bool) bool': same,
    '(string) bool': ([text]) =>
      required(Object.hasOwn(truths, text as string) ? truths[text as string] : undefined, text!, 'bool'),
  }),
  declare('int', {
    '(int) int': same,
    '(double) int': ([value]) => doubleToInt(value as number),
    '(uint) int': ([value]) => checkInt((value as Uint).value),
    '(string) int': ([text]) => parseInteger(text as string, 'int'),
    '(timestamp) int': ([time]) => floorSeconds(time as Timestamp),
    '(duration) int': ([length]) => (length as Duration).nanos,
  }),
  declare('uint', {
    '(uint) uint': same,
    '(double) uint': ([value]) => doubleToUint(value as number),
    '(int) uint': ([value]) => checkUint(value as bigint),
    '(string) uint': ([text]) => new Uint(parseInteger(text as string, 'uint')),
  }),
  declare('double', {
    '(double) double': same,
    '(int) double': ([value]) => Number(value),
    '(uint) double': ([value]) => Number((value as Uint).value),
    '(string) double': ([text]) => parseDouble(text as string),
  }),
  declare('string', {
    '(string) string': same,
    '(bool) string': ([value]) => valueText(value!),
    '(int) string': ([value]) => valueText(value!),
    '(uint) string': ([value]) => String((value as Uint).value),
    '(double) string': ([value]) => formatDouble(value as number),
    '(bytes) string': ([bytes]) => decodeText(bytes as Uint8Array),
    '(timestamp) string': ([time]) => formatTimestamp(time as Timestamp),
    '(duration) string': ([length]) => formatDuration(length as Duration),
  }),
  declare('bytes', {
    '(bytes) bytes': same,
    '(string) bytes': ([text]) => new TextEncoder().encode(text as string),
  }),
  declare('timestamp', {
    '(timestamp) timestamp': same,
    '(int) timestamp': ([seconds]) => checkTimestamp(new Timestamp((seconds as bigint) * 1_000_000_000n)),
    '(string) timestamp': ([text]) =>
      checkTimestamp(required(parseTimestamp(text as string), text!, 'google.protobuf.Timestamp')),
  }),
  declare('duration', {
    '(duration) duration': same,
    '(int) duration': ([value]) => {
      throw conversionError(value!, 'google.protobuf.Duration');
    },
    '(string) duration': ([text]) => required(parseDuration(text as string), text!, 'google.protobuf.Duration'),
  }),
  declare('type', { '(A) type(A)': ([value]) => new TypeValue(typeNameOf(value!)) }),
  declare('dyn', { '(A) dyn': same }),
];

const texts: readonly FunctionDecl[] = [
  declare('contains', { 'string.(string) bool': ([text, part]) => (text as string).includes(part as string) }, 'plain'),
  declare(
    'startsWith',
    { 'string.(string) bool': ([text, part]) => (text as string).startsWith(part as string) },
    'plain',
  ),
  declare('endsWith', { 'string.(string) bool': ([text, part]) => (text as string).endsWith(part as string) }, 'plain'),
  declare('matches', { 'string.(string) bool': matches, '(string, string) bool': matches }, 'plain'),
];

function matches([text, pattern]: readonly Value[], { regexp }: Parameters<Implementation>[1]): boolean {
  return regexp(pattern as string, text as string).test(text as string);
}

/** A getter of times, with or without a zone. */
function timeGetter(name: string, read: (date: Date) => number, ofDuration?: bigint): FunctionDecl {
  const run: Implementation = ([time, zone = 'UTC']) => BigInt(read(localDate(time as Timestamp, zone as string)));
  const overloads: Record<string, Implementation> = { 'timestamp.() int': run, 'timestamp.(string) int': run };
  if (ofDuration !== undefined) overloads['duration.() int'] = ([length]) => (length as Duration).nanos / ofDuration;
  return declare(name, overloads);
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

const getters: readonly FunctionDecl[] = [
  timeGetter('getFullYear', (date) => date.getUTCFullYear()),
  timeGetter('getMonth', (date) => date.getUTCMonth()),
  timeGetter('getDate', (date) => date.getUTCDate()),
  timeGetter('getDayOfMonth', (date) => date.getUTCDate() - 1),
  timeGetter('getDayOfWeek', (date) => date.getUTCDay()),
  timeGetter('getDayOfYear', dayOfYear),
  timeGetter('getHours', (date) => date.getUTCHours(), 3_600_000_000_000n),
  timeGetter('getMinutes', (date) => date.getUTCMinutes(), 60_000_000_000n),
  timeGetter('getSeconds', (date) => date.getUTCSeconds(), 1_000_000_000n),
  timeGetter('getMilliseconds', (date) => date.getUTCMilliseconds(), 1_000_000n),
];

/** The functions of the language itself. */
export const standard: readonly FunctionDecl[] = [sizes, ...conversions, ...texts, ...getters];

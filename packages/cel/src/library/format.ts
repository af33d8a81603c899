import { evaluationError, type CelError } from '../error.ts';
import { formatDouble } from '../run/number.ts';
import { valueText } from '../run/text.ts';
import { Uint, typeNameOf, type Value } from '../run/value.ts';

/** Larger precisions are refused: they only make text. */
const maxPrecision = 1000;

/** `template` with its clauses filled in: `%s`, `%d`, `%f`, `%.2f`, `%e`, `%b`, `%x`, `%X`, `%o` and `%%`. @throws CelError */
export function formatText(template: string, args: readonly Value[]): string {
  let next = 0;
  return template.replace(
    /%(?:(%)|(?:\.(\d*))?(.?))/gsu,
    (_, percent: string, precision: string | undefined, verb: string) => {
      if (percent !== undefined) return '%';
      const value = args[next];
      if (value === undefined) throw evaluationError(`index ${next} out of range`);
      next += 1;
      return formatClause(verb, precision === undefined ? undefined : Number(precision), value);
    },
  );
}

/** How many arguments a template takes. */
export function clauseCount(template: string): number {
  return [...template.matchAll(/%(?:(%)|(?:\.\d*)?.?)/gsu)].filter(([, percent]) => percent === undefined).length;
}

function formatClause(verb: string, precision: number | undefined, value: Value): string {
  if ((precision ?? 0) > maxPrecision)
    throw evaluationError(`could not parse formatting clause: precision ${precision} is too large`);
  switch (verb) {
    case 's':
      return valueText(value);
    case 'd':
      return decimal(value);
    case 'f':
      return fixed(value, precision ?? 6, 'fixed-point', (number, digits) => number.toFixed(digits));
    case 'e':
      return fixed(value, precision ?? 6, 'scientific', scientific);
    case 'b':
      return typeof value === 'boolean'
        ? String(Number(value))
        : integer(value, 2, 'only ints, uints, and bools can be formatted as binary');
    case 'o':
      return integer(value, 8, 'octal clause can only be used on ints and uints');
    case 'x':
      return hex(value);
    case 'X':
      return hex(value).toUpperCase();
    case '':
      throw evaluationError('unexpected end of string');
    default:
      throw evaluationError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function refused(rule: string, value: Value): CelError {
  return evaluationError(`error during formatting: ${rule}, was given ${typeNameOf(value)}`);
}

function decimal(value: Value): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint) return String(value.value);
  if (typeof value === 'number') return formatDouble(value);
  throw refused('decimal clause can only be used on ints, uints, and doubles', value);
}

function fixed(value: Value, digits: number, clause: string, print: (value: number, digits: number) => string): string {
  if (typeof value !== 'number') throw refused(`${clause} clause can only be used on ints, uints, and doubles`, value);
  return Number.isFinite(value)
    ? print(value, Math.min(digits, 100))
    : formatDouble(value).replace('+', '').replace('Inf', 'Infinity');
}

function scientific(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
}

function integer(value: Value, radix: number, rule: string): string {
  if (typeof value === 'bigint') return value.toString(radix);
  if (value instanceof Uint) return value.value.toString(radix);
  throw refused(rule, value);
}

function hex(value: Value): string {
  if (typeof value === 'string') return hexBytes(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return hexBytes(value);
  return integer(value, 16, 'only ints, uints, bytes, and strings can be formatted as hex');
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

import { FunctionError } from './error.ts';
import { jsonProblem } from './json-problem.ts';
import { toText } from './printf.ts';
import { Complex, Dict, Float, Int, List, sortedEntries, typeOf, type Value } from './value.ts';

interface Options {
  readonly indent?: string;
  /** Whether `<`, `>` and `&` stay as they are. */
  readonly raw?: boolean;
}

/** JSON as Go's encoding/json writes it: keys sorted, `<`, `>` and `&` escaped. @throws FunctionError */
export function goJson(value: Value, { indent = '', raw = false }: Options = {}): string {
  return write(value, { indent, raw }, '');
}

function write(value: Value, options: Required<Options>, margin: string): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, options.raw);
  if (value instanceof Int) return String(value.value);
  if (value instanceof Float) return writeFloat(value.value);
  if (value instanceof Complex) throw new FunctionError(`json: unsupported type: ${typeOf(value)}`);
  if (value instanceof Dict) return writeDict(value, options, margin);
  if (value instanceof List)
    return writeItems(
      '[]',
      value.items.map((item) => write(item, options, margin + options.indent)),
      options,
      margin,
    );
  if (value.text !== undefined && value.fields.length === 0) return writeString(value.text, options.raw);
  const fields = value.fields.map(({ name, value: field }) => member(name, field, options, margin));
  return writeItems('{}', fields, options, margin);
}

function writeDict(value: Dict, options: Required<Options>, margin: string): string {
  if (value.keys !== undefined) throw new FunctionError(`json: unsupported type: ${typeOf(value)}`);
  const members = sortedEntries(value).map(([key, item]) => member(toText(key), item, options, margin));
  return writeItems('{}', members, options, margin);
}

function member(name: string, value: Value, options: Required<Options>, margin: string): string {
  const gap = options.indent === '' ? '' : ' ';
  return `${writeString(name, options.raw)}:${gap}${write(value, options, margin + options.indent)}`;
}

function writeItems(brackets: string, items: readonly string[], { indent }: Options, margin: string): string {
  if (items.length === 0) return brackets;
  if (indent === '' || indent === undefined) return `${brackets[0]}${items.join(',')}${brackets[1]}`;
  const inner = `\n${margin}${indent}`;
  return `${brackets[0]}${inner}${items.join(`,${inner}`)}\n${margin}${brackets[1]}`;
}

function writeString(text: string, raw: boolean): string {
  const escaped = JSON.stringify(text.toWellFormed()).replace(
    /[\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16)}`,
  );
  return raw ? escaped : escaped.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

function writeFloat(value: number): string {
  if (!Number.isFinite(value))
    throw new FunctionError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
  const size = Math.abs(value);
  if (Object.is(value, -0)) return '-0';
  return size !== 0 && (size < 1e-6 || size >= 1e21) ? value.toExponential() : String(value);
}

/** Any JSON text; all numbers are floats. @throws FunctionError */
export function parseGoJson(text: string): Value {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new FunctionError(jsonProblem(text), { cause: error });
  }
  return fromData(data);
}

function fromData(data: unknown): Value {
  if (typeof data === 'number') return new Float(data);
  if (Array.isArray(data)) return new List(data.map(fromData));
  if (typeof data === 'object' && data !== null)
    return new Dict(Object.entries(data).map(([key, item]) => [key, fromData(item)]));
  return typeof data === 'string' || typeof data === 'boolean' ? data : null;
}

import { declare, type CallContext, type FunctionDecl } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { valueText } from '../run/text.ts';
import type { Value } from '../run/value.ts';
import { formatText } from './format.ts';

/** All offsets of this library count code points. */
const chars = (text: Value | undefined): string[] => Array.from(text as string);

function charAt([text, index]: readonly Value[]): Value {
  const all = chars(text);
  return all[checkIndex(index, all.length)] ?? '';
}

/** @throws CelError unless it is from 0 to `length` */
function checkIndex(index: Value | undefined, length: number): number {
  const at = Number(index);
  if (at < 0 || at > length) throw evaluationError(`index out of range: ${at}`);
  return at;
}

function substring([text, from, to]: readonly Value[]): Value {
  const all = chars(text);
  if (to === undefined) return all.slice(checkIndex(from, all.length)).join('');
  if (Number(from) > Number(to))
    throw evaluationError(`invalid substring range. start: ${Number(from)}, end: ${Number(to)}`);
  return all.slice(checkIndex(from, all.length), checkIndex(to, all.length)).join('');
}

function indexOf([text, part, start = 0n]: readonly Value[]): Value {
  const [all, searched, from] = [chars(text), chars(part), Number(start)];
  if (from < 0) throw evaluationError(`index out of range: ${from}`);
  if (searched.length === 0) return BigInt(from);
  for (let at = from; at + searched.length <= all.length; at += 1) {
    if (searched.every((char, offset) => char === all[at + offset])) return BigInt(at);
  }
  return -1n;
}

function lastIndexOf([text, part, start]: readonly Value[]): Value {
  const [all, searched] = [chars(text), chars(part)];
  const from = start === undefined ? all.length : Number(start);
  if (from < 0) throw evaluationError(`index out of range: ${from}`);
  if (start !== undefined && from >= all.length) return -1n;
  for (let at = Math.min(from, all.length - searched.length); at >= 0; at -= 1) {
    if (searched.every((char, offset) => char === all[at + offset])) return BigInt(at);
  }
  return -1n;
}

function join([list, separator = '']: readonly Value[], { charge }: CallContext): Value {
  const texts = (list as readonly Value[]).map((part) => {
    if (typeof part !== 'string') throw evaluationError(`join: invalid input: ${valueText(part)}`);
    charge((part.length + (separator as string).length) / 10);
    return part;
  });
  return texts.join(separator as string);
}

function split([text, separator, max = -1n]: readonly Value[], { charge }: CallContext): Value {
  const limit = Number(max);
  if (limit === 0) return [];
  const parts = separator === '' ? chars(text) : (text as string).split(separator as string);
  charge(parts.length);
  if (limit < 0 || parts.length <= limit) return parts;
  const kept = limit - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(separator as string)];
}

function replace([text, old, by, max = -1n]: readonly Value[], { charge }: CallContext): Value {
  const [from, limit] = [old as string, Number(max)];
  const parts = from === '' ? ['', ...chars(text), ''] : (text as string).split(from);
  const count = limit < 0 ? parts.length - 1 : Math.min(limit, parts.length - 1);
  charge(((text as string).length + count * (by as string).length) / 10);
  const rest = parts.slice(count).join(from);
  return (
    parts
      .slice(0, count)
      .map((part) => part + (by as string))
      .join('') + rest
  );
}

function asciiCase(text: string, change: (char: string) => string): string {
  return text.replace(/[A-Za-z]+/g, change);
}

const quoteEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"',
}; // prettier-ignore

function quote([text]: readonly Value[]): Value {
  return `"${(text as string).replace(/[\u0007\b\f\n\r\t\v\\"]/g, (char) => quoteEscapes[char] ?? char)}"`;
}

/** The extension *strings*. */
export const strings: readonly FunctionDecl[] = [
  declare('charAt', { 'string.(int) string': charAt }),
  declare('format', { 'string.(list(dyn)) string': ([text, args]) => formatText(text as string, args as Value[]) }),
  declare('indexOf', { 'string.(string) int': indexOf, 'string.(string, int) int': indexOf }),
  declare('join', { 'list(string).() string': join, 'list(string).(string) string': join }),
  declare('lastIndexOf', { 'string.(string) int': lastIndexOf, 'string.(string, int) int': lastIndexOf }),
  declare('lowerAscii', { 'string.() string': ([text]) => asciiCase(text as string, (part) => part.toLowerCase()) }),
  declare('upperAscii', { 'string.() string': ([text]) => asciiCase(text as string, (part) => part.toUpperCase()) }),
  declare('strings.quote', { '(string) string': quote }),
  declare('replace', { 'string.(string, string) string': replace, 'string.(string, string, int) string': replace }),
  declare('reverse', { 'string.() string': ([text]) => chars(text).toReversed().join('') }),
  declare('split', { 'string.(string) list(string)': split, 'string.(string, int) list(string)': split }),
  declare('substring', { 'string.(int) string': substring, 'string.(int, int) string': substring }),
  declare('trim', { 'string.() string': ([text]) => (text as string).replace(/^[\s\u0085]+|[\s\u0085]+$/g, '') }),
];

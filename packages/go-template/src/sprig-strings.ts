import { parseInt64, toStr } from './convert.ts';
import { define, defineRest, unsupported } from './define.ts';
import { FunctionError } from './error.ts';
import { sprintf, toText } from './printf.ts';
import { byteLength, decodeUtf8, goQuote, isSpace, sliceBytes, toLower, toUpper, trimSpace } from './text.ts';
import { Dict, Int, strings, type Func, type Run } from './value.ts';
import { toKebabCase, toPascalCase, toSnakeCase } from './word-case.ts';

export const stringFunctions: Readonly<Record<string, Func>> = {
  abbrev: define(['int', 'string'], ([width, text]) => (width < 4 ? text : abbreviate(text, 0, width))),
  abbrevboth: define(['int', 'int', 'string'], ([left, right, text]) =>
    right < 4 || (left > 0 && right < 7) ? text : abbreviate(text, left, right),
  ),
  camelcase: define(['string'], ([text]) => toPascalCase(text)),
  cat: defineRest([], 'any', (_, args) => {
    const shown = args.filter((arg) => arg !== null);
    return sprintf(trimSpace('%v '.repeat(shown.length)), shown);
  }),
  contains: define(['string', 'string'], ([part, text]) => text.includes(part)),
  hasPrefix: define(['string', 'string'], ([part, text]) => text.startsWith(part)),
  hasSuffix: define(['string', 'string'], ([part, text]) => text.endsWith(part)),
  hello: define([], () => 'Hello!'),
  indent: define(['int', 'string'], ([width, text], run) => indent(width, text, run)),
  nindent: define(['int', 'string'], ([width, text], run) => `\n${indent(width, text, run)}`),
  initials: define(['string'], ([text]) =>
    words(text)
      .map((word) => Array.from(word)[0])
      .join(''),
  ),
  kebabcase: define(['string'], ([text]) => toKebabCase(text)),
  lower: define(['string'], ([text]) => toLower(text)),
  upper: define(['string'], ([text]) => toUpper(text)),
  nospace: define(['string'], ([text]) => withoutSpace(text)),
  plural: define(['string', 'string', 'int'], ([one, many, count]) => (count === 1 ? one : many)),
  quote: defineRest([], 'any', (_, args) =>
    args
      .filter((arg) => arg !== null)
      .map((arg) => goQuote(toStr(arg)))
      .join(' '),
  ),
  squote: defineRest([], 'any', (_, args) =>
    args
      .filter((arg) => arg !== null)
      .map((arg) => `'${toText(arg)}'`)
      .join(' '),
  ),
  repeat: define(['int', 'string'], ([count, text], run) => {
    if (count < 0) throw new FunctionError('strings: negative Repeat count');
    run.spend(count * text.length);
    return text.repeat(count);
  }),
  replace: define(['string', 'string', 'string'], ([old, fresh, text], run) => {
    const pieces = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
    run.spend(pieces.length * (1 + fresh.length));
    return pieces.join(fresh);
  }),
  shuffle: unsupported('shuffle'),
  snakecase: define(['string'], ([text]) => toSnakeCase(text)),
  substr: define(['int', 'int', 'string'], ([start, end, text]) => {
    if (start < 0) return sliceBytes(text, 0, end);
    return end < 0 || end > byteLength(text) ? sliceBytes(text, start) : sliceBytes(text, start, end);
  }),
  swapcase: define(['string'], ([text]) => swapCase(text)),
  title: define(['string'], ([text]) => title(text)),
  untitle: define(['string'], ([text]) => {
    let before = ' ';
    return Array.from(text, (char) => {
      const isFirst = isSpace(before);
      before = char;
      return isFirst ? toLower(char) : char;
    }).join('');
  }),
  toString: define(['any'], ([value]) => toStr(value)),
  trim: define(['string'], ([text]) => trimSpace(text)),
  trimAll: define(['string', 'string'], ([cut, text]) => trimAll(cut, text)),
  trimall: define(['string', 'string'], ([cut, text]) => trimAll(cut, text)),
  trimPrefix: define(['string', 'string'], ([part, text]) => (text.startsWith(part) ? text.slice(part.length) : text)),
  trimSuffix: define(['string', 'string'], ([part, text]) =>
    text.endsWith(part) ? text.slice(0, text.length - part.length) : text,
  ),
  trunc: define(['int', 'string'], ([count, text]) => {
    const length = byteLength(text);
    if (count < 0 && length + count > 0) return sliceBytes(text, length + count);
    return count >= 0 && length > count ? sliceBytes(text, 0, count) : text;
  }),
  wrap: define(['int', 'string'], ([width, text]) => wrap(text, { width, separator: '\n', cutsWords: false })),
  wrapWith: define(['int', 'string', 'string'], ([width, separator, text]) =>
    wrap(text, { width, separator: separator === '' ? '\n' : separator, cutsWords: true }),
  ),
  split: define(['string', 'string'], ([separator, text]) => numbered(splitText(text, separator))),
  splitn: define(['string', 'int', 'string'], ([separator, count, text]) =>
    numbered(splitCount(text, separator, count)),
  ),
  splitList: define(['string', 'string'], ([separator, text]) => strings(splitText(text, separator))),
  // Its answer is 0 for what is no number.
  atoi: define(['string'], ([text]) => atoi(text)),
};

function atoi(text: string): Int {
  return new Int(parseInt64(text, 10));
}

function numbered(parts: readonly string[]): Dict {
  return new Dict(
    parts.map((part, index) => [`_${index}`, part]),
    { element: 'string' },
  );
}

function splitText(text: string, separator: string): string[] {
  return separator === '' ? Array.from(text) : text.split(separator);
}

function splitCount(text: string, separator: string, count: number): string[] {
  const parts = splitText(text, separator);
  if (count < 0 || parts.length <= count) return parts;
  return count === 0 ? [] : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function indent(width: number, text: string, run: Run): string {
  if (width < 0) throw new FunctionError('strings: negative Repeat count');
  run.spend(width * text.split('\n').length);
  const pad = ' '.repeat(width);
  return pad + text.replaceAll('\n', `\n${pad}`);
}

function words(text: string): string[] {
  return Array.from(text)
    .map((char) => (isSpace(char) ? ' ' : char))
    .join('')
    .split(' ')
    .filter((word) => word !== '');
}

/** The original goes through bytes and takes each for a character, once there is a blank to remove. */
function withoutSpace(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) => String.fromCharCode(byte));
  const kept = bytes.filter((char) => !isSpace(char));
  return kept.length === bytes.length ? text : kept.join('');
}

function swapCase(text: string): string {
  return Array.from(text, (char) => {
    if (/^[\p{Lu}\p{Lt}]$/u.test(char)) return toLower(char);
    return /^\p{Ll}$/u.test(char) ? toUpper(char) : char;
  }).join('');
}

function title(text: string): string {
  let before = ' ';
  return Array.from(text, (char) => {
    const isFirst = !/^[\p{L}\p{Nd}_]$/u.test(before) && (before.charCodeAt(0) < 0x80 || isSpace(before));
    before = char;
    return isFirst ? toUpper(char) : char;
  }).join('');
}

function trimAll(cut: string, text: string): string {
  const set = new Set(cut);
  const chars = Array.from(text);
  const first = chars.findIndex((char) => !set.has(char));
  const last = chars.findLastIndex((char) => !set.has(char));
  return first < 0 ? '' : chars.slice(first, last + 1).join('');
}

function abbreviate(text: string, left: number, width: number): string {
  const length = byteLength(text);
  if (text === '' || width < 4) return '';
  if (length <= width) return text;
  let offset = Math.min(left, length);
  if (length - offset < width - 3) offset = length - (width - 3);
  if (offset <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (width < 7) return '';
  if (offset + width - 3 < length) return `...${abbreviate(sliceBytes(text, offset), 0, width - 3)}`;
  return `...${sliceBytes(text, length - (width - 3))}`;
}

function wrap(
  text: string,
  { width, separator, cutsWords }: { width: number; separator: string; cutsWords: boolean },
): string {
  const size = Math.max(width, 1);
  // One character for each byte.
  const bytes = Buffer.from(text).toString('latin1');
  const lines: string[] = [];
  let offset = 0;
  while (bytes.length - offset > size) {
    if (bytes[offset] === ' ') {
      offset++;
      continue;
    }
    const space = bytes.slice(offset, offset + size + 1).lastIndexOf(' ');
    const next = space >= 0 ? offset + space : cutsWords ? offset + size : bytes.indexOf(' ', offset + size);
    lines.push(bytes.slice(offset, next < 0 ? undefined : next));
    if (next < 0) return joinLatin1(lines, '', separator);
    offset = space < 0 && cutsWords ? next : next + 1;
  }
  return joinLatin1(lines, bytes.slice(offset), separator, true);
}

function joinLatin1(lines: readonly string[], rest: string, separator: string, hasRest = false): string {
  const all = hasRest ? [...lines, rest] : lines;
  return all.map((line) => decodeUtf8(Buffer.from(line, 'latin1'))).join(separator);
}

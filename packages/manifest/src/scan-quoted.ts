import { hexValue, isBlank, isBreak, isBreakOrEnd } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import { Folding } from './folding.ts';
import { ScalarNode } from './node.ts';
import { T, Token } from './token.ts';

const singleQuote = 0x27;
const doubleQuote = 0x22;
const backslash = 0x5c;

/** What the character behind a backslash stands for; `x`, `u` and `U` are not here. */
const escapes: ReadonlyMap<number, string> = new Map(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    t: '\t',
    '\t': '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\x1b',
    ' ': ' ',
    '"': '"',
    "'": "'",
    '\\': '\\',
    N: '\u0085',
    _: '\u00a0',
    L: '\u2028',
    P: '\u2029',
  }).map(([key, value]) => [key.charCodeAt(0), value]),
);

/** Number of hexadecimal digits behind `\x`, `\u` and `\U`. */
const escapeLengths: ReadonlyMap<number, number> = new Map([
  [0x78, 2],
  [0x75, 4],
  [0x55, 8],
]);

/** Scans a single- or double-quoted scalar; the position is at its opening quote. */
export function scanQuoted(cursor: Cursor): Token {
  const start = cursor.mark();
  const quote = cursor.peek();
  cursor.pos++;
  let value = '';
  for (;;) {
    value += quote === singleQuote ? readSingle(cursor) : readDouble(cursor, start);
    if (cursor.peek() === quote) break;
    value += readBreaks(cursor);
    if (cursor.atDocumentIndicator()) throw cursor.scannerError('found unexpected document indicator', start, start);
    if (cursor.peek() === 0) throw cursor.scannerError('found unexpected end of stream', start, start);
  }
  cursor.pos++;
  const scalar = new ScalarNode(value, '', quote === singleQuote ? 'single' : 'double');
  return new Token(T.scalar, start, cursor.pos, '', '', scalar);
}

/** Text up to the closing quote or the end of the line. */
function readSingle(cursor: Cursor): string {
  const { text } = cursor;
  let value = '';
  let pos = cursor.pos;
  for (;;) {
    const start = pos;
    let code = text.charCodeAt(pos);
    while (code !== singleQuote && !isBreakOrEnd(code)) code = text.charCodeAt(++pos);
    if (code !== singleQuote || text.charCodeAt(pos + 1) !== singleQuote) {
      cursor.pos = pos;
      return value + sliceOfLine(text, start, pos);
    }
    value += text.slice(start, pos + 1);
    pos += 2;
  }
}

/** Text up to the closing quote, the end of the line, or an escaped line break. */
function readDouble(cursor: Cursor, opening: Mark): string {
  const { text } = cursor;
  let value = '';
  for (;;) {
    const start = cursor.pos;
    let pos = start;
    let code = text.charCodeAt(pos);
    while (code !== doubleQuote && code !== backslash && !isBreakOrEnd(code)) code = text.charCodeAt(++pos);
    cursor.pos = pos;
    value += sliceOfLine(text, start, pos);
    if (code !== backslash || isBreak(text.charCodeAt(pos + 1))) return value;
    value += readEscape(cursor, opening);
  }
}

/** The slice, without the blanks before a line break when it ends at one. */
function sliceOfLine(text: string, start: number, end: number): string {
  if (!isBreakOrEnd(text.charCodeAt(end))) return text.slice(start, end);
  let last = end;
  while (last > start && isBlank(text.charCodeAt(last - 1))) last--;
  return text.slice(start, last);
}

function readEscape(cursor: Cursor, opening: Mark): string {
  const code = cursor.peek(1);
  const simple = escapes.get(code);
  if (simple !== undefined) {
    cursor.pos += 2;
    return simple;
  }
  const length = escapeLengths.get(code);
  if (length === undefined) throw cursor.scannerError('found unknown escape character', opening);
  cursor.pos += 2;
  return readHex(cursor, length, opening);
}

function readHex(cursor: Cursor, length: number, opening: Mark): string {
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = hexValue(cursor.peek(i));
    if (digit < 0) throw cursor.scannerError('did not find expected hexdecimal number', opening);
    value = value * 16 + digit;
  }
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    throw cursor.scannerError('found invalid Unicode character escape code', opening);
  }
  cursor.pos += length;
  return String.fromCodePoint(value);
}

/** Moves over line breaks, one of them perhaps escaped, and blanks. @returns the text that they stand for */
function readBreaks(cursor: Cursor): string {
  const folding = new Folding();
  if (cursor.peek() === backslash) {
    cursor.pos++;
    cursor.readBreak();
    folding.addEscaped();
  }
  for (;;) {
    const code = cursor.peek();
    if (isBreak(code)) folding.add(cursor.readBreak());
    else if (isBlank(code)) cursor.pos++;
    else return folding.take();
  }
}

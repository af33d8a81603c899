import { FunctionError } from './error.ts';

const short: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

export function isPrintable(char: string): boolean {
  return /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

/** The text in quotes with Go's escapes, as `strconv.Quote`. */
export function goQuote(
  text: string,
  { quote = '"', ascii = false }: { quote?: string; ascii?: boolean } = {},
): string {
  return quote + Array.from(text, (char) => escapeChar(char, quote, ascii)).join('') + quote;
}

function escapeChar(char: string, quote: string, ascii: boolean): string {
  if (char === quote) return `\\${char}`;
  const known = short[char];
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0;
  if (isPrintable(char) && (!ascii || code < 0x80)) return char;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

export function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

const escapes = /\\(?:([abfnrtv\\"'])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))|[^\\]/gu;
const named: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The text of a Go string literal, in quotes or backquotes; `undefined` when it is none. */
export function unquote(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  const bytes = unescape(inner, '"');
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}

/** The code of the character in a literal in single quotes. */
export function unquoteChar(literal: string): { readonly code: number; readonly rest: string } | undefined {
  const [first] = literal.slice(1).match(escapes) ?? [];
  if (first === undefined || first === "'" || !literal.slice(1).startsWith(first) || first === '\\"') return undefined;
  const code = first.startsWith('\\') ? escapeCode(first) : first.codePointAt(0);
  return code === undefined ? undefined : { code, rest: literal.slice(1 + first.length) };
}

function escapeCode(escape: string): number | undefined {
  escapes.lastIndex = 0;
  const [, letter, two, four, eight, octal] = escapes.exec(escape) ?? [];
  if (letter !== undefined) return named[letter] ?? letter.charCodeAt(0);
  if (octal !== undefined) return parseInt(octal, 8) < 256 ? parseInt(octal, 8) : undefined;
  const code = parseInt(two ?? four ?? eight ?? '', 16);
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
  return two !== undefined || isCharacter ? code : undefined;
}

/** The bytes of what stands between quotes. */
function unescape(inner: string, quote: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let length = 0;
  for (const piece of inner.match(escapes) ?? []) {
    length += piece.length;
    if (!piece.startsWith('\\')) {
      bytes.push(...Buffer.from(piece));
      continue;
    }
    const code = piece === `\\${quote === '"' ? "'" : '"'}` ? undefined : escapeCode(piece);
    if (code === undefined) return undefined;
    // `\x` and octal escapes are bytes, the others characters.
    if (/^\\[x0-7]/.test(piece)) bytes.push(code);
    else bytes.push(...Buffer.from(String.fromCodePoint(code)));
  }
  return length === inner.length ? Uint8Array.from(bytes) : undefined;
}

/** The bytes as text; each byte that is no UTF-8 becomes U+FFFD of its own, as in Go. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = validLength(bytes, at);
    text += length === 0 ? '\ufffd' : Buffer.from(bytes.subarray(at, at + length)).toString();
    at += Math.max(length, 1);
  }
  return text;
}

/** Length of the well-formed run of bytes of one character; 0 when there is none. */
function validLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const piece = Buffer.from(bytes.subarray(at, at + length));
  return piece.length === length && (length < 2 || !piece.toString().includes('\ufffd') || isReplacement(piece))
    ? length
    : 0;
}

function isReplacement(piece: Buffer): boolean {
  return piece.equals(Buffer.from('\ufffd'));
}

/** Number of bytes in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** `text[start:end]` of Go, which counts bytes. @throws FunctionError when out of bounds */
export function sliceBytes(text: string, start: number, end?: number): string {
  const bytes = Buffer.from(text);
  const last = end ?? bytes.length;
  if (last < 0 || (start <= 0 && last > bytes.length)) {
    const length = last < 0 ? '' : ` with length ${bytes.length}`;
    throw new FunctionError(`runtime error: slice bounds out of range [:${last}]${length}`);
  }
  if (start > last) throw new FunctionError(`runtime error: slice bounds out of range [${start}:${last}]`);
  return decodeUtf8(bytes.subarray(start, last));
}

/** What Go calls white space. */
export function isSpace(char: string): boolean {
  return /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(char);
}

export function trimSpace(text: string): string {
  const space = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
  return text.replace(new RegExp(`^${space}|${space}$`, 'g'), '');
}

/** Upper case of each character for itself, so that the number of characters stays. */
export function toUpper(text: string): string {
  return Array.from(text, (char) => keepSingle(char, char.toUpperCase())).join('');
}

export function toLower(text: string): string {
  return Array.from(text, (char) => keepSingle(char, char.toLowerCase())).join('');
}

function keepSingle(char: string, changed: string): string {
  if (changed === 'i\u0307') return 'i';
  return Array.from(changed).length === 1 ? changed : char;
}

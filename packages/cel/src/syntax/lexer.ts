import type { Issue, Source } from './source.ts';
import { keywords, symbols, type Token, type TokenKind } from './token.ts';

/** Where a token ends, or the offset of the character with which none can go on. */
type Scan = { readonly end: number } | { readonly failedAt: number };

/** The tokens of a text up to and with `EOF`. What is no token is left out and becomes an issue. */
export function scanTokens(source: Source, issues: Issue[]): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let blank = '';
  while (offset < source.length) {
    const skipped = skipBlank(source, offset);
    if (skipped !== offset) {
      blank += source.slice(offset, skipped).join('');
      offset = skipped;
      continue;
    }
    const scanned = scanToken(source, offset);
    if ('kind' in scanned) {
      tokens.push({ ...scanned, blank });
      offset = scanned.end;
      blank = '';
    } else {
      const text = source.slice(offset, scanned.failedAt + 1).join('');
      issues.push({ offset, message: `Syntax error: token recognition error at: '${text}'` });
      offset = scanned.failedAt + 1;
    }
  }
  tokens.push({ kind: 'EOF', text: '<EOF>', offset: source.length, end: source.length, blank });
  return tokens;
}

function skipBlank(source: Source, offset: number): number {
  let end = offset;
  while (/^[\t \r\n\f]$/.test(source[end] ?? '')) end += 1;
  if (source[end] !== '/' || source[end + 1] !== '/') return end;
  while (end < source.length && source[end] !== '\n') end += 1;
  return end;
}

function scanToken(source: Source, offset: number): Token | { failedAt: number } {
  const token = (kind: TokenKind, end: number): Token => ({
    kind,
    text: source.slice(offset, end).join(''),
    offset,
    end,
  });
  const char = source[offset] ?? '';
  if (/^[bB]$/.test(char)) {
    const bytes = scanString(source, offset + 1);
    if (bytes !== undefined && 'end' in bytes) return token('BYTES', bytes.end);
  }
  const string = scanString(source, offset);
  if (string !== undefined && 'end' in string) return token('STRING', string.end);
  if (/^[A-Za-z_]$/.test(char)) {
    const name = token('IDENTIFIER', skipWhile(source, offset, /^\w$/));
    return keywords.has(name.text) ? { ...name, kind: name.text as TokenKind } : name;
  }
  if (string !== undefined) return string;
  if (char === '`') return scanQuotedName(source, offset, token);
  return scanNumber(source, offset, token) ?? scanSymbol(source, offset, token);
}

function skipWhile(source: Source, offset: number, pattern: RegExp): number {
  let end = offset;
  while (pattern.test(source[end] ?? '')) end += 1;
  return end;
}

function scanQuotedName(source: Source, offset: number, token: MakeToken): Token | { failedAt: number } {
  const end = skipWhile(source, offset + 1, /^[\w.\-/ ]$/);
  return source[end] === '`' && end > offset + 1 ? token('ESC_IDENTIFIER', end + 1) : { failedAt: end };
}

type MakeToken = (kind: TokenKind, end: number) => Token;

function scanNumber(source: Source, offset: number, token: MakeToken): Token | undefined {
  const text = source.slice(offset, skipWhile(source, offset, /^[\w.+-]$/)).join('');
  const float = /^(\d+\.\d+([eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+([eE][+-]?\d+)?)/.exec(text)?.[0] ?? '';
  const uint = /^(0x[\da-fA-F]+|\d+)[uU]/.exec(text)?.[0] ?? '';
  const int = /^(0x[\da-fA-F]+|\d+)/.exec(text)?.[0] ?? '';
  const longest = Math.max(float.length, uint.length, int.length);
  if (longest === 0) return undefined;
  const kind = longest === float.length ? 'NUM_FLOAT' : longest === uint.length ? 'NUM_UINT' : 'NUM_INT';
  return token(kind, offset + longest);
}

function scanSymbol(source: Source, offset: number, token: MakeToken): Token | { failedAt: number } {
  const two = `${source[offset] ?? ''}${source[offset + 1] ?? ''}`;
  const symbol = symbols.find((candidate) => two.startsWith(candidate));
  if (symbol !== undefined) return token(symbol, offset + symbol.length);
  return { failedAt: symbols.some((candidate) => candidate.startsWith(two[0] ?? '')) ? offset + 1 : offset };
}

/** @returns `undefined` when no string begins here */
function scanString(source: Source, offset: number): Scan | undefined {
  const raw = /^[rR]$/.test(source[offset] ?? '');
  const start = raw ? offset + 1 : offset;
  const quote = source[start];
  if (quote !== "'" && quote !== '"') return undefined;
  const triple = source[start + 1] === quote && source[start + 2] === quote;
  const long = triple ? scanLong(source, start + 3, quote, raw) : undefined;
  if (long !== undefined && 'end' in long) return long;
  return scanShort(source, start + 1, quote, raw);
}

function scanShort(source: Source, start: number, quote: string, raw: boolean): Scan {
  let at = start;
  for (;;) {
    const char = source[at];
    if (char === quote) return { end: at + 1 };
    if (char === undefined || char === '\n' || char === '\r') return { failedAt: at };
    const next = char === '\\' && !raw ? scanEscape(source, at) : { end: at + 1 };
    if ('failedAt' in next) return next;
    at = next.end;
  }
}

function scanLong(source: Source, start: number, quote: string, raw: boolean): Scan {
  let at = start;
  for (;;) {
    const char = source[at];
    if (char === undefined) return { failedAt: at };
    if (char === quote && source[at + 1] === quote && source[at + 2] === quote) return { end: at + 3 };
    const next = char === '\\' && !raw ? scanEscape(source, at) : { end: at + 1 };
    if ('failedAt' in next) return next;
    at = next.end;
  }
}

/** What the characters behind a backslash and its letter must be, one pattern each. */
const hex = /^[\da-fA-F]$/;
const octal = /^[0-7]$/;

function scanEscape(source: Source, backslash: number): Scan {
  const letter = source[backslash + 1] ?? '';
  if (/^[abfnrtv"'\\?`]$/.test(letter)) return { end: backslash + 2 };
  if (/^[xX]$/.test(letter)) return scanDigits(source, backslash + 2, 2, hex);
  if (letter === 'u') return scanDigits(source, backslash + 2, 4, hex);
  if (letter === 'U') return scanDigits(source, backslash + 2, 8, hex);
  if (/^[0-3]$/.test(letter)) return scanDigits(source, backslash + 2, 2, octal);
  return { failedAt: backslash + 1 };
}

function scanDigits(source: Source, start: number, count: number, digit: RegExp): Scan {
  for (let at = start; at < start + count; at += 1) {
    if (!digit.test(source[at] ?? '')) return { failedAt: at };
  }
  return { end: start + count };
}

import { Uint, type Value } from '../run/value.ts';
import type { Token } from './token.ts';

const maxInt = 2n ** 63n - 1n;
const minInt = -(2n ** 63n);
const maxUint = 2n ** 64n - 1n;

/** The value of a literal, or what is wrong with it. */
export function parseLiteral({ kind, text }: Token, negative: boolean): { value: Value } | { error: string } {
  switch (kind) {
    case 'NUM_INT': {
      const value = BigInt(text) * (negative ? -1n : 1n);
      return value > maxInt || value < minInt ? { error: 'invalid int literal' } : { value };
    }
    case 'NUM_UINT': {
      const value = BigInt(text.slice(0, -1));
      return value > maxUint ? { error: 'invalid uint literal' } : { value: new Uint(value) };
    }
    case 'NUM_FLOAT': {
      const value = Number(text) * (negative ? -1 : 1);
      return Number.isFinite(value) ? { value } : { error: 'invalid double literal' };
    }
    case 'STRING':
      return parseString(text);
    case 'BYTES':
      return parseBytes(text.slice(1));
    case 'true':
      return { value: true };
    case 'false':
      return { value: false };
    default:
      return { value: null };
  }
}

function parseString(text: string): { value: string } | { error: string } {
  const { body, raw } = unquote(text);
  if (raw) return { value: body };
  let value = '';
  for (const part of splitEscapes(body)) {
    const code = escapedCode(part);
    if (code === undefined) value += part;
    else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return { error: 'invalid unicode code point' };
    else value += String.fromCodePoint(code);
  }
  return { value };
}

function parseBytes(text: string): { value: Uint8Array } | { error: string } {
  const { body, raw } = unquote(text);
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const part of raw ? [body] : splitEscapes(body)) {
    if (!raw && /^\\[uU]/.test(part)) return { error: 'unable to unescape string' };
    const code = raw ? undefined : escapedCode(part);
    if (code === undefined) bytes.push(...encoder.encode(part));
    else bytes.push(code);
  }
  return { value: Uint8Array.from(bytes) };
}

function unquote(text: string): { body: string; raw: boolean } {
  const raw = /^[rR]/.test(text);
  const quoted = (raw ? text.slice(1) : text).replaceAll(/\r\n?/g, '\n');
  const width = quoted.length >= 6 && /^('''|""")/.test(quoted) ? 3 : 1;
  return { body: quoted.slice(width, -width), raw };
}

/** Escapes as parts of their own, with what lies between them. */
function splitEscapes(body: string): string[] {
  return body
    .split(/(\\(?:[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2}|.))/su)
    .filter((part) => part !== '');
}

const shortEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** @returns `undefined` for what is no escape */
function escapedCode(part: string): number | undefined {
  if (!part.startsWith('\\')) return undefined;
  const letter = part[1] ?? '';
  if (part.length === 2) return (shortEscapes[letter] ?? letter).codePointAt(0);
  return /[xXuU]/.test(letter) ? Number.parseInt(part.slice(2), 16) : Number.parseInt(part.slice(1), 8);
}

import { decodeRune, invalidRune } from './rune.ts';

/** What one piece of a pattern takes from the name. */
export type Item =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly RuneRange[] };

type RuneRange = { readonly low: number; readonly high: number };

/** A part of a pattern that follows on a star, or begins the pattern. */
export type Chunk = {
  readonly afterStar: boolean;
  readonly items: readonly Item[];
  /** How many bytes it takes, when that does not depend on the name. */
  readonly size: number | undefined;
};

const star = 0x2a;
const question = 0x3f;
const open = 0x5b;
const close = 0x5d;
const caret = 0x5e;
const dash = 0x2d;
const backslash = 0x5c;

/**
 * Splits a pattern at its stars.
 * @param pattern UTF-8
 * @returns `undefined` for a malformed pattern: an open class or range, or a backslash at the end
 */
export function parseGlob(pattern: Uint8Array): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let at = 0;
  do {
    const start = at;
    while (pattern[at] === star) at++;
    const afterStar = at > start;
    const items: Item[] = [];
    while (at < pattern.length && pattern[at] !== star) {
      const parsed = parseItem(pattern, at);
      if (parsed === undefined) return undefined;
      items.push(parsed.item);
      at = parsed.next;
    }
    chunks.push({ afterStar, items, size: items.every((item) => item.kind === 'byte') ? items.length : undefined });
  } while (at < pattern.length);
  return chunks;
}

type Parsed<T> = (T & { readonly next: number }) | undefined;

function parseItem(pattern: Uint8Array, at: number): Parsed<{ item: Item }> {
  const byte = pattern[at]!;
  if (byte === question) return { item: { kind: 'any' }, next: at + 1 };
  if (byte === open) return parseClass(pattern, at + 1);
  if (byte !== backslash) return { item: { kind: 'byte', byte }, next: at + 1 };
  const escaped = pattern[at + 1];
  return escaped === undefined ? undefined : { item: { kind: 'byte', byte: escaped }, next: at + 2 };
}

function parseClass(pattern: Uint8Array, from: number): Parsed<{ item: Item }> {
  const negated = pattern[from] === caret;
  const ranges: RuneRange[] = [];
  let at = negated ? from + 1 : from;
  while (ranges.length === 0 || pattern[at] !== close) {
    const range = parseRange(pattern, at);
    if (range === undefined) return undefined;
    ranges.push({ low: range.low, high: range.high });
    at = range.next;
  }
  return { item: { kind: 'class', negated, ranges }, next: at + 1 };
}

function parseRange(pattern: Uint8Array, at: number): Parsed<RuneRange> {
  const low = parseRune(pattern, at);
  if (low === undefined) return undefined;
  const high = pattern[low.next] === dash ? parseRune(pattern, low.next + 1) : low;
  return high && { low: low.rune, high: high.rune, next: high.next };
}

/** A rune of a class; something must follow, as the class is still open. */
function parseRune(pattern: Uint8Array, from: number): Parsed<{ rune: number }> {
  if (pattern[from] === dash || pattern[from] === close) return undefined;
  const at = pattern[from] === backslash ? from + 1 : from;
  if (at >= pattern.length) return undefined;
  const { rune, size } = decodeRune(pattern, at);
  const isInvalid = rune === invalidRune && size === 1;
  return isInvalid || at + size >= pattern.length ? undefined : { rune, next: at + size };
}

import { parseGlob, type Chunk, type Item } from './parse.ts';
import { decodeRune } from './rune.ts';

/** Whether a name, in UTF-8, matches a pattern as a whole. */
export type GlobMatcher = (name: Uint8Array) => boolean;

/**
 * A shell pattern by the rules of Go's `path.Match`, without its rule for `/`, which is a character like any other: `*`
 * any text, `?` one code point, `[a-z]` and `[^a]` classes, `\` quotes. Stars may end within a code point, as in Go.
 * @param pattern in UTF-8
 * @returns `undefined` for a malformed pattern
 */
export function compileGlob(pattern: Uint8Array): GlobMatcher | undefined {
  const chunks = parseGlob(pattern);
  return chunks && ((name) => matchChunks(chunks, name));
}

function matchChunks(chunks: readonly Chunk[], name: Uint8Array): boolean {
  const last = chunks.length - 1;
  let at: number | undefined = 0;
  for (let i = 0; i <= last && at !== undefined; i++) at = findChunk(chunks[i]!, name, at, i === last);
  return at === name.length;
}

/**
 * Where the first fit of a chunk from `from` on ends, `undefined` when there is none. The first fit is enough, as the
 * star before the next chunk takes what is left; only the last chunk must reach the end of the name.
 */
function findChunk(chunk: Chunk, name: Uint8Array, from: number, isLast: boolean): number | undefined {
  const { afterStar, items, size } = chunk;
  if (!afterStar) return matchItems(items, name, from);
  const first = isLast && size !== undefined ? Math.max(from, name.length - size) : from;
  for (let start = first; start <= name.length; start++) {
    const end = matchItems(items, name, start);
    if (end !== undefined && (!isLast || end === name.length)) return end;
  }
  return undefined;
}

function matchItems(items: readonly Item[], name: Uint8Array, from: number): number | undefined {
  let at = from;
  for (const item of items) {
    if (at >= name.length) return undefined;
    const size = matchItem(item, name, at);
    if (size === 0) return undefined;
    at += size;
  }
  return at;
}

/** How many bytes the item takes at `at`; 0 when it does not fit. */
function matchItem(item: Item, name: Uint8Array, at: number): number {
  if (item.kind === 'byte') return name[at] === item.byte ? 1 : 0;
  const { rune, size } = decodeRune(name, at);
  if (item.kind === 'any') return size;
  const isIn = item.ranges.some(({ low, high }) => low <= rune && rune <= high);
  return isIn === item.negated ? 0 : size;
}

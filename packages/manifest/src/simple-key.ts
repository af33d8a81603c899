import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import type { Token } from './token.ts';

/** The longest text, in characters, between the start of a simple key and its `:`. */
const maxKeyLength = 1024;

/** The token that may turn out to begin a key, when a `:` follows on its line. There is one per flow level. */
export interface SimpleKey extends Mark {
  possible: boolean;
  /** At the column of the block, where only a key can stand. */
  required: boolean;
  offset: number;
  line: number;
  column: number;
  /** Number of its first token. */
  tokenNumber: number;
  token: Token | undefined;
}

export function noKey(token?: Token): SimpleKey {
  return { possible: false, required: false, offset: 0, line: 0, column: 0, tokenNumber: 0, token };
}

export function forgetKey(key: SimpleKey): void {
  key.possible = false;
  if (key.token !== undefined) key.token.keyLevel = -1;
}

/** Whether a `:` at the position of the cursor would still make a key of it. */
export function isInReach(key: SimpleKey, { text, pos: offset, line }: Cursor): boolean {
  if (key.line !== line) return false;
  if (offset - key.offset <= maxKeyLength) return true;
  // The limit counts characters: a surrogate pair is one.
  const start = text.slice(key.offset, Math.min(offset, key.offset + 2 * maxKeyLength + 2));
  return offset - key.offset - (start.match(/[\ud800-\udbff]/g)?.length ?? 0) <= maxKeyLength;
}

import { hexValue, isBlankOrEnd, isUriCharacter, isWordCharacter } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import { T, Token } from './token.ts';

/** Scans `&name` or `*name`. */
export function scanAnchor(cursor: Cursor, kind: typeof T.anchor | typeof T.alias): Token {
  const start = cursor.mark();
  cursor.pos++;
  const name = readWord(cursor);
  const next = cursor.peek();
  if (name === '' || !(isBlankOrEnd(next) || '?:,]}%@`'.includes(String.fromCharCode(next)))) {
    throw cursor.scannerError('did not find expected alphabetic or numeric character', start);
  }
  return new Token(kind, start, cursor.pos, name);
}

/**
 * Scans a tag. `!<x>` and `!` alone have the handle `''` and their text as suffix, `!x` has the handle `!`, `!!x` and
 * `!h!x` have theirs.
 */
export function scanTag(cursor: Cursor): Token {
  const start = cursor.mark();
  let [handle, suffix] = ['', ''];
  if (cursor.peek(1) === 0x3c /* < */) {
    cursor.pos += 2;
    suffix = readUri(cursor, { head: '', start });
    if (cursor.peek() !== 0x3e) throw cursor.scannerError("did not find the expected '>'", start);
    cursor.pos++;
  } else {
    const head = readTagHandle(cursor, { start, directive: false });
    const isHandle = head.length > 1 && head.endsWith('!');
    suffix = readUri(cursor, { head: isHandle ? '' : head, start });
    if (isHandle) handle = head;
    else if (suffix === '') suffix = '!';
    else handle = '!';
  }
  if (!isBlankOrEnd(cursor.peek())) {
    throw cursor.scannerError('did not find expected whitespace or line break', start);
  }
  return new Token(T.tag, start, cursor.pos, handle, suffix);
}

/** Reads `!`, `!!`, `!word!`, or what may be the beginning of `!word`. A directive allows only the first three. */
export function readTagHandle(cursor: Cursor, { start, directive }: { start: Mark; directive: boolean }): string {
  if (cursor.peek() !== 0x21 /* ! */) throw cursor.scannerError("did not find expected '!'", start);
  cursor.pos++;
  const handle = `!${readWord(cursor)}`;
  if (cursor.peek() === 0x21) {
    cursor.pos++;
    return `${handle}!`;
  }
  if (directive && handle !== '!') throw cursor.scannerError("did not find expected '!'", start);
  return handle;
}

/** Reads the rest of a tag that began with `head`. @returns it without the first `!` and with escapes decoded */
export function readUri(cursor: Cursor, { head, start }: { head: string; start: Mark }): string {
  let uri = head.slice(1);
  const from = cursor.pos;
  while (isUriCharacter(cursor.peek())) {
    if (cursor.peek() === 0x25 /* % */) {
      uri += readUriEscape(cursor, start);
    } else {
      uri += cursor.text[cursor.pos];
      cursor.pos++;
    }
  }
  if (head === '' && cursor.pos === from) throw cursor.scannerError('did not find expected tag URI', start);
  return uri;
}

export function readWord(cursor: Cursor): string {
  const from = cursor.pos;
  while (isWordCharacter(cursor.peek())) cursor.pos++;
  return cursor.text.slice(from, cursor.pos);
}

/** Decodes the escaped bytes of one character. */
function readUriEscape(cursor: Cursor, start: Mark): string {
  const bytes = [readEscapedByte(cursor, start)];
  const length = utf8Length(bytes[0] ?? 0);
  if (length === 0) throw cursor.scannerError('found an incorrect leading UTF-8 octet', start);
  while (bytes.length < length) {
    const before = cursor.pos;
    const byte = readEscapedByte(cursor, start);
    if ((byte & 0xc0) !== 0x80) {
      cursor.pos = before;
      throw cursor.scannerError('found an incorrect trailing UTF-8 octet', start);
    }
    bytes.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function readEscapedByte(cursor: Cursor, start: Mark): number {
  const high = hexValue(cursor.peek(1));
  const low = hexValue(cursor.peek(2));
  if (cursor.peek() !== 0x25 || high < 0 || low < 0) {
    throw cursor.scannerError('did not find URI escaped octet', start);
  }
  cursor.pos += 3;
  return high * 16 + low;
}

function utf8Length(lead: number): number {
  if (lead < 0x80) return 1;
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 0;
}

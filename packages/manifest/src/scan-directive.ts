import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import { readTagHandle, readUri, readWord } from './scan-tag.ts';
import { T, Token } from './token.ts';

/** Scans `%YAML` or `%TAG` with the rest of the line. */
export function scanDirective(cursor: Cursor): Token {
  const start = cursor.mark();
  cursor.pos++;
  const token = readDirective(cursor, start);
  cursor.skipBlanks();
  if (cursor.peek() === 0x23 /* # */) cursor.readComment();
  if (!isBreakOrEnd(cursor.peek())) throw cursor.scannerError('did not find expected comment or line break', start);
  cursor.readBreak();
  return token;
}

function readDirective(cursor: Cursor, start: Mark): Token {
  const name = readWord(cursor);
  if (name === '') throw cursor.scannerError('could not find expected directive name', start);
  if (!isBlankOrEnd(cursor.peek())) throw cursor.scannerError('found unexpected non-alphabetical character', start);
  if (name === 'YAML') return readVersion(cursor, start);
  if (name === 'TAG') return readTagPrefix(cursor, start);
  throw cursor.scannerError('found unknown directive name', start);
}

function readVersion(cursor: Cursor, start: Mark): Token {
  cursor.skipBlanks();
  const major = readVersionNumber(cursor, start);
  if (cursor.peek() !== 0x2e) throw cursor.scannerError("did not find expected digit or '.' character", start);
  cursor.pos++;
  const minor = readVersionNumber(cursor, start);
  return new Token(T.versionDirective, start, cursor.pos, `${major}.${minor}`);
}

function readVersionNumber(cursor: Cursor, start: Mark): number {
  let value = 0;
  let length = 0;
  while (isDigit(cursor.peek())) {
    if (++length > 2) throw cursor.scannerError('found extremely long version number', start);
    value = value * 10 + cursor.peek() - 0x30;
    cursor.pos++;
  }
  if (length === 0) throw cursor.scannerError('did not find expected version number', start);
  return value;
}

function readTagPrefix(cursor: Cursor, start: Mark): Token {
  cursor.skipBlanks();
  const handle = readTagHandle(cursor, { start, directive: true });
  if (!isBlank(cursor.peek())) throw cursor.scannerError('did not find expected whitespace', start);
  cursor.skipBlanks();
  const prefix = readUri(cursor, { head: '', start });
  if (!isBlankOrEnd(cursor.peek())) {
    throw cursor.scannerError('did not find expected whitespace or line break', start);
  }
  return new Token(T.tagDirective, start, cursor.pos, handle, prefix);
}

import { SPACE, TAB, isBlank, isBreak, isBreakOrEnd, isDigit } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import { ScalarNode } from './node.ts';
import { T, Token } from './token.ts';

interface Header {
  readonly chomping: '+' | '-' | '';
  /** Indentation beyond that of the parent; 0 when it is to be found out. */
  readonly increment: number;
}

/** Blank lines, and where the text goes on. */
interface Gap {
  readonly breaks: string;
  readonly end: number;
  readonly indent: number;
}

/** Scans a literal or folded scalar; the position is at `|` or `>`. `parentIndent` is the column of the collection around. */
export function scanBlockScalar(cursor: Cursor, parentIndent: number): Token {
  const start = cursor.mark();
  const literal = cursor.peek() === 0x7c;
  cursor.pos++;
  const header = readHeader(cursor, start);
  const indent = header.increment === 0 ? 0 : Math.max(parentIndent, 0) + header.increment;
  const first = readGap(cursor, { indent, parentIndent, start });
  const { value, lastBreak, last } = readLines(cursor, { first, literal, start });
  let text = value;
  if (header.chomping !== '-') text += lastBreak;
  if (header.chomping === '+') text += last.breaks;
  return new Token(T.scalar, start, last.end, '', '', new ScalarNode(text, '', literal ? 'literal' : 'folded'));
}

function readHeader(cursor: Cursor, start: Mark): Header {
  let chomping = readChomping(cursor);
  const increment = readIncrement(cursor, start);
  if (chomping === '') chomping = readChomping(cursor);
  cursor.skipBlanks();
  if (cursor.peek() === 0x23 /* # */) cursor.readComment();
  if (!isBreakOrEnd(cursor.peek())) throw cursor.scannerError('did not find expected comment or line break', start);
  cursor.readBreak();
  return { chomping, increment };
}

function readChomping(cursor: Cursor): '+' | '-' | '' {
  const code = cursor.peek();
  if (code !== 0x2b && code !== 0x2d) return '';
  cursor.pos++;
  return code === 0x2b ? '+' : '-';
}

function readIncrement(cursor: Cursor, start: Mark): number {
  const code = cursor.peek();
  if (!isDigit(code)) return 0;
  if (code === 0x30) throw cursor.scannerError('found an indentation indicator equal to 0', start);
  cursor.pos++;
  return code - 0x30;
}

/** Moves over blank lines and indentation. With `indent` 0 the indentation is that of the deepest line passed. */
function readGap(cursor: Cursor, where: { indent: number; parentIndent: number; start: Mark }): Gap {
  const { indent } = where;
  let breaks = '';
  let end = cursor.pos;
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.peek() === SPACE) cursor.pos++;
    deepest = Math.max(deepest, cursor.column);
    if (cursor.peek() === TAB && (indent === 0 || cursor.column < indent)) {
      throw cursor.scannerError('found a tab character where an indentation space is expected', where.start);
    }
    if (!isBreak(cursor.peek())) break;
    breaks += cursor.readBreak();
    end = cursor.pos;
  }
  return { breaks, end, indent: indent === 0 ? Math.max(deepest, where.parentIndent + 1, 1) : indent };
}

/** Reads the lines of text. @returns their value without the last line break, that break, and the blank lines behind it */
function readLines(cursor: Cursor, { first, literal, start }: { first: Gap; literal: boolean; start: Mark }) {
  const { indent } = first;
  let gap = first;
  let value = '';
  let lastBreak = '';
  let wasBlankLed = false;
  while (cursor.column === indent && cursor.peek() !== 0) {
    const isBlankLed = isBlank(cursor.peek());
    if (literal || wasBlankLed || isBlankLed || lastBreak !== '\n') value += lastBreak;
    else if (gap.breaks === '') value += ' ';
    const from = cursor.pos;
    cursor.skipLine();
    value += gap.breaks + cursor.text.slice(from, cursor.pos);
    wasBlankLed = isBlankLed;
    lastBreak = cursor.readBreak();
    gap = readGap(cursor, { indent, parentIndent: 0, start });
  }
  return { value, lastBreak, last: gap };
}

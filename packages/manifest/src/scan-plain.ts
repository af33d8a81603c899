import { TAB, isBlank, isBlankOrEnd, isBreak, isFlowIndicator, isOrdinary } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import { foldGap } from './folding.ts';
import { ScalarNode } from './node.ts';
import { T, Token } from './token.ts';

/** Scans a plain scalar. `indent` is the least column of its further lines in block context. */
export function scanPlain(cursor: Cursor, inFlow: boolean, indent: number): Token {
  const start = cursor.mark();
  let end = readWords(cursor, inFlow);
  let value = cursor.text.slice(start.offset, end);
  while (isBreak(cursor.peek())) {
    skipToText(cursor, start, indent);
    if (!inFlow && cursor.column < indent) break;
    if (cursor.peek() === 0x23 /* # */ || cursor.atDocumentIndicator()) break;
    const lineStart = cursor.pos;
    const lineEnd = readWords(cursor, inFlow);
    if (lineEnd === lineStart) break;
    value += foldGap(cursor.text.slice(end, lineStart)) + cursor.text.slice(lineStart, lineEnd);
    end = lineEnd;
  }
  return new Token(T.scalar, start, end, '', '', new ScalarNode(value));
}

/**
 * Reads to the end of the line, a comment, or an indicator that ends the scalar, with the blanks before it.
 * @returns the offset behind the last character that is not blank
 */
function readWords(cursor: Cursor, inFlow: boolean): number {
  const { text } = cursor;
  let pos = cursor.pos;
  let end = pos;
  for (;;) {
    let code = text.charCodeAt(pos);
    while (isOrdinary(code)) code = text.charCodeAt(++pos);
    if (isFlowIndicator(code) && !inFlow) {
      pos++;
      continue;
    }
    if (code === 0x3a /* : */ && !isBlankOrEnd(text.charCodeAt(pos + 1))) {
      pos++;
      continue;
    }
    if (pos > cursor.pos && !isBlank(text.charCodeAt(pos - 1))) end = pos;
    if (!isBlank(code)) break;
    while (isBlank(text.charCodeAt(pos))) pos++;
    if (text.charCodeAt(pos) === 0x23 /* # */) break;
  }
  cursor.pos = pos;
  return end;
}

/** Moves over line breaks and indentation to the next text. */
function skipToText(cursor: Cursor, start: Mark, indent: number): void {
  for (;;) {
    const code = cursor.peek();
    if (isBreak(code)) {
      cursor.readBreak();
    } else if (isBlank(code)) {
      if (code === TAB && cursor.column < indent) {
        throw cursor.scannerError('found a tab character that violates indentation', start);
      }
      cursor.pos++;
    } else {
      return;
    }
  }
}

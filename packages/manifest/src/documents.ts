import { YamlError } from './error.ts';
import { parseDocument, type Document, type ReadOptions } from './read.ts';

// What Go's `strings.TrimSpace` removes; JavaScript would also remove U+FEFF, and not U+0085.
const leadingBlanks = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const trailingBlanks = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

/** One document of a file. */
export interface Piece {
  readonly text: string;
  /** Lines of the file before it. */
  readonly firstLine: number;
}

/**
 * Splits a file at its `---` lines, with CRLF turned into LF. A separator needs a line break on both sides, so one at
 * the very start or end belongs to a piece.
 * @throws YamlError when something else than a comment follows a separator on its line
 * @see engine §4-1
 */
export function splitDocuments(text: string, file?: string): Piece[] {
  const lines = text.replaceAll('\r\n', '\n');
  const pieces: Piece[] = [];
  let start = 0;
  let firstLine = 0;
  for (let at = lines.indexOf('\n---'); at >= 0; at = lines.indexOf('\n---', at)) {
    const lineEnd = lines.indexOf('\n', at + 1);
    if (lineEnd < 0) break;
    const piece = lines.slice(start, at + 1);
    pieces.push({ text: piece, firstLine });
    firstLine += countLines(piece);
    checkSeparator(lines.slice(at + 1, lineEnd), { file, line: firstLine + 1, column: 1 });
    firstLine += 1;
    start = lineEnd + 1;
    // The line break behind a separator cannot begin the next one.
    at = lineEnd + 1;
  }
  pieces.push({ text: lines.slice(start), firstLine });
  return pieces;
}

/**
 * Parses each document of a file. Pieces without content, and null ones, are left out.
 * @throws YamlError
 */
export function parseAllDocuments(text: string, options: ReadOptions = {}): Document[] {
  return splitDocuments(text, options.file)
    .filter((piece) => !isBlank(piece.text))
    .map((piece) => parseDocument(piece.text, { ...options, firstLine: piece.firstLine }))
    .filter((document) => !isNull(document));
}

/** Saves a parse for each of many separators in a row. */
function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== 0x0a && code !== 0x20) return false;
  }
  return true;
}

function isNull({ root }: Document): boolean {
  return root === undefined || (root.kind === 'scalar' && root.tag === '!!null');
}

function checkSeparator(line: string, place: { file: string | undefined; line: number; column: number }): void {
  const rest = line.slice(3).replace(leadingBlanks, '');
  if (rest !== '' && !rest.startsWith('#')) {
    throw new YamlError(`invalid document separator: ${line.replace(trailingBlanks, '')}`, place);
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

import { Cursor, type Setting } from './cursor.ts';
import type { Node, Source } from './node.ts';
import { Parser } from './parser.ts';

/** One parsed document. */
export interface Document {
  /** `undefined` when the text holds nothing but blanks and comments. */
  readonly root: Node | undefined;
  /** The text that was parsed; offsets of nodes point into it. */
  readonly text: string;
  readonly source: Source;
  readonly setting: Setting;
  /** Start offset, end offset and line (from 0) of each comment, `#` included, flat and in order. */
  readonly comments: readonly number[];
}

export interface ReadOptions {
  /** Default `build`. */
  readonly setting?: Setting;
  /** Name for messages. */
  readonly file?: string | undefined;
  /** Lines of the file before the text; default 0. */
  readonly firstLine?: number;
}

/** Characters that no YAML text may contain. */
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

const loneSurrogate = /\p{Surrogate}/u;

/** The libraries decode text in pieces of this many bytes, and so find a forbidden character before they come to it. */
const decodedBytes = 512;

/** How far the scanner looks ahead, in characters. */
const scannerReach = 4;

/**
 * Parses the first document of a text; what follows it is not judged.
 * @throws YamlError with the text of go-yaml, and with the place
 */
export function parseDocument(text: string, options: ReadOptions = {}): Document {
  const { setting = 'build', file, firstLine = 0 } = options;
  const source = { file, firstLine };
  const bad = text.isWellFormed() ? text.search(forbidden) : text.search(loneSurrogate);
  if (bad >= 0) return parseBefore(text, bad, { setting, source });
  const cursor = new Cursor(text, setting, source);
  const root = new Parser(cursor).parseDocument();
  return { root, text, source, setting, comments: cursor.comments };
}

/** Parses a text with a forbidden character at `bad`: fine when the first document ends long enough before. */
function parseBefore(text: string, bad: number, { setting, source }: { setting: Setting; source: Source }): Document {
  const limit = startOfDecodedPiece(text, bad);
  const cursor = new Cursor(text.slice(0, limit), setting, source);
  const isReached = () => cursor.pos + scannerReach > limit;
  try {
    const root = new Parser(cursor).parseDocument();
    if (!isReached()) return { root, text, source, setting, comments: cursor.comments };
  } catch (error) {
    if (!isReached()) throw error;
  }
  const line = text.slice(0, bad).split(/\r\n|[\n\r\u0085\u2028\u2029]/).length - 1;
  throw new Cursor(text, setting, source).plainError('control characters are not allowed', { offset: bad, line });
}

function startOfDecodedPiece(text: string, offset: number): number {
  let bytes = 0;
  let start = 0;
  for (let i = 0; i < offset;) {
    const code = text.codePointAt(i) ?? 0;
    const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes + length > decodedBytes) {
      bytes = 0;
      start = i;
    }
    bytes += length;
    i += code < 0x10000 ? 1 : 2;
  }
  return start;
}

import { CR, LF, LINE_SEPARATOR, PARAGRAPH_SEPARATOR, SPACE, isBlank, isBreak, isBreakOrEnd } from './characters.ts';
import { YamlError, type Mark } from './error.ts';
import type { Source } from './node.ts';

/** `build` reads as go-yaml v3 does (resources), `json` as go-yaml v2 (kustomization files, YAML to JSON). */
export type Setting = 'build' | 'json';

const byteOrderMark = 0xfeff;

/** A text with a position in it. `text` ends in one NUL that the input cannot contain. */
export class Cursor {
  readonly text: string;
  readonly setting: Setting;
  readonly source: Source;
  pos: number;
  /** From 0. */
  line = 0;
  lineStart: number;
  /** Start, end and line (from 0) of each comment, `#` included. */
  readonly comments: number[] = [];
  /** Whether LF is the only line break in the text, so that lines can be found natively. */
  readonly #onlyLf: boolean;

  constructor(text: string, setting: Setting, source: Source) {
    this.text = `${text}\0`;
    this.setting = setting;
    this.source = source;
    this.pos = 0;
    // The libraries drop the mark itself, and one more at the start of the first line.
    while (this.pos < 2 && text.charCodeAt(this.pos) === byteOrderMark) this.pos++;
    this.lineStart = this.pos;
    this.#onlyLf = !/[\r\u0085\u2028\u2029]/.test(text);
  }

  /** Code of the character `ahead` of the position; 0 at the end, `NaN` behind it. */
  peek(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead);
  }

  get column(): number {
    return this.pos - this.lineStart;
  }

  mark(): Mark {
    return { offset: this.pos, line: this.line };
  }

  skipSpaces(): void {
    while (this.peek() === SPACE) this.pos++;
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.pos++;
  }

  /** Moves to the next line break or the end. */
  skipLine(): void {
    this.pos = this.lineEnd();
  }

  /** Offset of the next line break or of the end. */
  lineEnd(): number {
    const { text } = this;
    let end = this.pos;
    if (this.#onlyLf) {
      end = text.indexOf('\n', end);
      return end < 0 ? text.length - 1 : end;
    }
    while (!isBreakOrEnd(text.charCodeAt(end))) end++;
    return end;
  }

  /**
   * Moves over one line break, if there is one.
   * @returns what it stands for in a value: itself for U+2028 and U+2029, else LF; `''` when there was none
   */
  readBreak(): string {
    const code = this.peek();
    if (!isBreak(code)) return '';
    this.pos += code === CR && this.peek(1) === LF ? 2 : 1;
    this.line++;
    this.lineStart = this.pos;
    return code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR ? String.fromCharCode(code) : '\n';
  }

  readComment(): void {
    const start = this.pos;
    this.skipLine();
    this.comments.push(start, this.pos, this.line);
  }

  /** Whether `---` or `...` stands alone at the start of the line, where the position must be. */
  atDocumentIndicator(): boolean {
    if (this.pos !== this.lineStart) return false;
    const three = this.text.slice(this.pos, this.pos + 3);
    return (three === '---' || three === '...') && (isBreakOrEnd(this.peek(3)) || isBlank(this.peek(3)));
  }

  /** An error of the scanner about what began at `context`. For people it stands at `place`, by default the position. */
  scannerError(problem: string, context: Mark, place: Mark = this.mark()): YamlError {
    // Each library prefers another mark, leaves out the first line, and v2 counts the context's lines from 0.
    if (this.setting === 'json') return this.#error(problem, this.line > 0 ? this.line + 1 : context.line, place);
    const line = context.line || this.line;
    return this.#error(problem, line > 0 ? line + 1 : 0, place);
  }

  /** An error of the parser about the collection or node that began at `context`, found out at `at`. */
  parserError(problem: string, context: Mark | undefined, at: Mark): YamlError {
    // The libraries count lines from 0 here, so they name the line before the one meant.
    const contextLine = context?.line ?? 0;
    return this.#error(problem, this.setting === 'build' ? contextLine || at.line : at.line || contextLine, at);
  }

  /** An error for which the libraries name no line. */
  plainError(problem: string, at: Mark): YamlError {
    return this.#error(problem, 0, at);
  }

  #error(problem: string, line: number, at: Mark): YamlError {
    const offset = Math.min(at.offset, this.text.length - 1);
    let lineStart = offset;
    while (lineStart > 0 && !isBreak(this.text.charCodeAt(lineStart - 1))) lineStart--;
    return new YamlError(`yaml: ${line > 0 ? `line ${line}: ` : ''}${problem}`, {
      file: this.source.file,
      line: this.source.firstLine + at.line + 1,
      column: offset - lineStart + 1,
    });
  }
}

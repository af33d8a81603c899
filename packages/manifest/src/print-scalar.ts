import { isBreak } from './characters.ts';
import { chooseStyle } from './scalar-style.ts';

/** Where a line becomes long enough to be folded at the next space, in characters. */
const width = 80;

/** Where a scalar is printed. */
export interface Spot {
  /** Characters on the line before it. */
  readonly column: number;
  /** Indentation of its further lines. */
  readonly indent: number;
  /** Whether it may be folded and be a block: not so in a simple key. */
  readonly breakable: boolean;
}

/** A string as go-yaml v2 prints it. Nothing is added before or behind it but the line breaks of a literal block. */
export function printString(text: string, spot: Spot): string {
  const style = chooseStyle(text);
  switch (style) {
    case 'plain':
      return fits(text, spot) ? text : printPlain(text, spot);
    case 'single':
      return printSingle(text, spot);
    case 'literal':
      return spot.breakable ? printLiteral(text, spot.indent) : printDouble(text, spot);
    case 'double':
      return printDouble(text, spot);
  }
}

/** Whether no line can get long enough to be folded. */
function fits(text: string, { column, breakable }: Spot): boolean {
  return !breakable || column + text.length <= width;
}

/** Builds lines that are folded at spaces beyond the width. */
class Line {
  text = '';
  readonly #spot: Spot;
  #column: number;

  constructor(spot: Spot) {
    this.#spot = spot;
    this.#column = spot.column;
  }

  add(part: string): void {
    this.text += part;
    this.#column += part.length;
  }

  get isFull(): boolean {
    return this.#spot.breakable && this.#column > width;
  }

  fold(): void {
    this.text += '\n';
    this.#column = 0;
    this.indent();
  }

  indent(): void {
    this.text += ' '.repeat(this.#spot.indent);
    this.#column += this.#spot.indent;
  }

  /** Writes U+2028 or U+2029 as it is. */
  addBreak(lineBreak: string): void {
    this.text += lineBreak;
    this.#column = 0;
  }
}

function printPlain(text: string, spot: Spot): string {
  const line = new Line(spot);
  for (let i = 0; i < text.length;) {
    if (text[i] === ' ') {
      // A run of several spaces is never a place to fold.
      const isAlone = text[i - 1] !== ' ' && text[i + 1] !== ' ';
      if (isAlone && line.isFull) line.fold();
      else line.add(' ');
      i++;
    } else {
      const end = indexOrEnd(text, text.indexOf(' ', i));
      line.add(text.slice(i, end));
      i = end;
    }
  }
  return line.text;
}

function indexOrEnd(text: string, index: number): number {
  return index < 0 ? text.length : index;
}

function printSingle(text: string, spot: Spot): string {
  const line = new Line(spot);
  line.add("'");
  let afterBreak = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === ' ') {
      const isAlone = i > 0 && i < text.length - 1 && text[i - 1] !== ' ' && text[i + 1] !== ' ';
      if (isAlone && line.isFull) line.fold();
      else line.add(character);
    } else if (isBreak(text.charCodeAt(i))) {
      line.addBreak(character);
      afterBreak = true;
    } else {
      if (afterBreak) line.indent();
      line.add(character === "'" ? "''" : character);
      afterBreak = false;
    }
  }
  line.add("'");
  return line.text;
}

const namedEscapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** A space, or a character that double quotes cannot hold as it is. */
const remarkable = /[ "\\\u2028\u2029]|[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu;

function printDouble(text: string, spot: Spot): string {
  const line = new Line(spot);
  line.add('"');
  // go-yaml looks for U+FEFF at the start of the text where it means the current character.
  if (text.startsWith('\ufeff')) {
    for (const character of text) line.add(escape(character));
  } else {
    printRuns(text, line);
  }
  line.add('"');
  return line.text;
}

function printRuns(text: string, line: Line): void {
  let done = 0;
  let afterSpace = -1;
  for (const match of text.matchAll(remarkable)) {
    const at = match.index;
    line.add(text.slice(done, at));
    done = at + match[0].length;
    if (match[0] !== ' ') {
      line.add(escape(match[0]));
    } else if (at > 0 && done < text.length && afterSpace !== at && line.isFull) {
      line.fold();
      if (text[done] === ' ') line.add('\\');
      afterSpace = done;
    } else {
      line.add(' ');
      afterSpace = done;
    }
  }
  line.add(text.slice(done));
}

function escape(character: string): string {
  const named = namedEscapes[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Starts of lines that are not empty; U+2028 and U+2029 begin lines, too. */
const lineStarts = /^(?=[^\n\u2028\u2029])/gm;

/**
 * go-yaml forgets the line break behind a value that ends in U+2028 or U+2029, and so writes no YAML; this does not.
 */
function printLiteral(text: string, indent: number): string {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return `|${indentHint(text)}${chomping(text)}\n${body.replaceAll(lineStarts, ' '.repeat(indent))}`;
}

function indentHint(text: string): string {
  const code = text.charCodeAt(0);
  return code === 0x20 || isBreak(code) ? '2' : '';
}

function chomping(text: string): string {
  if (!isBreak(text.charCodeAt(text.length - 1))) return '-';
  return text.length === 1 || isBreak(text.charCodeAt(text.length - 2)) ? '+' : '';
}

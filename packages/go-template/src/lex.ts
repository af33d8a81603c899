import { goQuote, hex, isPrintable } from './text.ts';

export type TokenKind =
  | 'error'
  | 'eof'
  | 'text'
  | 'leftDelim'
  | 'rightDelim'
  | 'space'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'complex'
  | 'number'
  | 'string'
  | 'rawString'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'leftParen'
  | 'rightParen'
  | 'identifier'
  | 'field'
  | 'variable'
  | Keyword;

export type Keyword = (typeof keywords)[number];

const keywords = [
  'block',
  'break',
  'continue',
  'dot',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const;

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in UTF-16 units. */
  readonly start: number;
  /** From 1. */
  readonly line: number;
}

export function isKeyword(kind: TokenKind): kind is Keyword {
  return (keywords as readonly string[]).includes(kind);
}

const comment = '/*';
const trimmed = /[ \t\r\n]*/y;

/** Cuts a template into tokens, one at a time; after an error there is only the end. */
export class Lexer {
  readonly #input: string;
  #pos = 0;
  #start = 0;
  #inAction = false;
  #parens = 0;
  #isDone = false;

  constructor(input: string) {
    this.#input = input;
  }

  next(): Token {
    if (this.#isDone) return { kind: 'eof', text: 'EOF', start: this.#start, line: this.#line(this.#start) };
    const token = this.#inAction ? this.#insideAction() : this.#text();
    if (token.kind === 'error' || token.kind === 'eof') this.#isDone = true;
    return token;
  }

  #text(): Token {
    for (;;) {
      const at = this.#input.indexOf('{{', this.#pos);
      if (at < 0) {
        this.#pos = this.#input.length;
        return this.#emit(this.#pos > this.#start ? 'text' : 'eof');
      }
      const text = this.#textBefore(at);
      if (text !== undefined) return text;
      const delim = this.#leftDelim();
      if (delim !== undefined) return delim;
    }
  }

  #textBefore(at: number): Token | undefined {
    if (at === this.#start) return undefined;
    const before = this.#input.slice(this.#start, at);
    const kept = this.#trimsLeft(at + 2) ? before.replace(/[ \t\r\n]+$/, '') : before;
    this.#pos = this.#start + kept.length;
    const token = this.#emit('text');
    this.#pos = at;
    this.#start = at;
    return kept === '' ? undefined : token;
  }

  #trimsLeft(at: number): boolean {
    return /^-[ \t\r\n]/.test(this.#input.slice(at, at + 2));
  }

  /** The opening of an action; nothing when it was that of a comment, which is skipped. */
  #leftDelim(): Token | undefined {
    const marker = this.#trimsLeft(this.#pos + 2) ? 2 : 0;
    if (this.#input.startsWith(comment, this.#pos + 2 + marker)) return this.#comment(this.#pos + 2 + marker);
    this.#pos += 2;
    const token = this.#emit('leftDelim');
    this.#pos += marker;
    this.#start = this.#pos;
    this.#inAction = true;
    this.#parens = 0;
    return token;
  }

  #comment(at: number): Token | undefined {
    this.#start = at;
    const close = this.#input.indexOf('*/', at + 2);
    if (close < 0) return this.#error('unclosed comment');
    this.#pos = close + 2;
    const delim = this.#rightDelimAhead();
    if (delim === undefined) return this.#error('comment ends before closing delimiter');
    this.#skipRightDelim(delim);
    return undefined;
  }

  /** The length of the closing delimiter, its trim marker included, when it is next. */
  #rightDelimAhead(): 2 | 4 | undefined {
    if (/^[ \t\r\n]-\}\}/.test(this.#input.slice(this.#pos, this.#pos + 4))) return 4;
    return this.#input.startsWith('}}', this.#pos) ? 2 : undefined;
  }

  #skipRightDelim(length: 2 | 4): void {
    this.#pos += length;
    if (length === 4) {
      trimmed.lastIndex = this.#pos;
      this.#pos += trimmed.exec(this.#input)?.[0].length ?? 0;
    }
    this.#start = this.#pos;
  }

  #rightDelim(length: 2 | 4): Token {
    const start = this.#pos + length - 2;
    const token: Token = { kind: 'rightDelim', text: '}}', start, line: this.#line(start) };
    this.#skipRightDelim(length);
    this.#inAction = false;
    return token;
  }

  #insideAction(): Token {
    const delim = this.#rightDelimAhead();
    if (delim !== undefined) return this.#parens === 0 ? this.#rightDelim(delim) : this.#error('unclosed left paren');
    const char = this.#advance();
    if (char === undefined) return this.#error('unclosed action');
    if (/[ \t\r\n]/.test(char)) return this.#space();
    if (char === '.' && !/[0-9]/.test(this.#peek() ?? '')) return this.#fieldOrVariable('field');
    if (/[-+.0-9]/.test(char)) return this.#number(char);
    if (isAlphaNumeric(char)) return this.#identifier();
    return this.#symbol(char);
  }

  #symbol(char: string): Token {
    switch (char) {
      case '=':
        return this.#emit('assign');
      case ':':
        return this.#advance() === '=' ? this.#emit('declare') : this.#error('expected :=');
      case '|':
        return this.#emit('pipe');
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted("'", 'charConstant', 'unterminated character constant');
      case '`':
        return this.#rawString();
      case '$':
        return this.#atTerminator() ? this.#emit('variable') : this.#fieldOrVariable('variable');
      case '(':
        this.#parens++;
        return this.#emit('leftParen');
      case ')':
        return --this.#parens < 0 ? this.#error('unexpected right paren') : this.#emit('rightParen');
      default:
        if (/^[\x20-\x7e]$/.test(char)) return this.#emit('char');
        return this.#error(`unrecognized character in action: ${describeChar(char)}`);
    }
  }

  #space(): Token {
    while (/[ \t\r\n]/.test(this.#peek() ?? '')) this.#pos++;
    // The last blank belongs to a closing delimiter that trims.
    if (!this.#input.startsWith('-}}', this.#pos)) return this.#emit('space');
    this.#pos--;
    return this.#pos === this.#start ? this.#rightDelim(4) : this.#emit('space');
  }

  #identifier(): Token {
    this.#skipAlphaNumeric();
    const word = this.#input.slice(this.#start, this.#pos);
    if (!this.#atTerminator()) return this.#badCharacter();
    if (word === 'true' || word === 'false') return this.#emit('bool');
    const keyword = keywords.find((name) => name === word && name !== 'dot');
    return this.#emit(keyword ?? 'identifier');
  }

  #fieldOrVariable(kind: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#emit(kind === 'field' ? 'dot' : 'variable');
    this.#skipAlphaNumeric();
    return this.#atTerminator() ? this.#emit(kind) : this.#badCharacter();
  }

  #number(first: string): Token {
    this.#pos -= first.length;
    if (!this.#scanNumber()) return this.#badNumber();
    const sign = this.#peek();
    if (sign !== '+' && sign !== '-') return this.#emit('number');
    return this.#scanNumber() && this.#input[this.#pos - 1] === 'i' ? this.#emit('complex') : this.#badNumber();
  }

  #scanNumber(): boolean {
    const number =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    number.lastIndex = this.#pos;
    this.#pos += number.exec(this.#input)?.[0].length ?? 0;
    const next = this.#peek();
    if (next === undefined || !isAlphaNumeric(next)) return true;
    this.#pos += next.length;
    return false;
  }

  #quoted(quote: string, kind: TokenKind, problem: string): Token {
    for (;;) {
      let char = this.#advance();
      if (char === '\\') {
        char = this.#advance();
        if (char !== undefined && char !== '\n') continue;
      }
      if (char === undefined || char === '\n') return this.#error(problem);
      if (char === quote) return this.#emit(kind);
    }
  }

  #rawString(): Token {
    const close = this.#input.indexOf('`', this.#pos);
    if (close < 0) return this.#error('unterminated raw quoted string');
    this.#pos = close + 1;
    return this.#emit('rawString');
  }

  #skipAlphaNumeric(): void {
    for (let char = this.#peek(); char !== undefined && isAlphaNumeric(char); char = this.#peek())
      this.#pos += char.length;
  }

  /** Whether what follows may stand behind a word. */
  #atTerminator(): boolean {
    const char = this.#peek();
    return char === undefined || ' \t\r\n.,|:()'.includes(char) || this.#input.startsWith('}}', this.#pos);
  }

  #badCharacter(): Token {
    return this.#error(`bad character ${describeChar(this.#peek() ?? '')}`);
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: ${goQuote(this.#input.slice(this.#start, this.#pos))}`);
  }

  #peek(): string | undefined {
    const code = this.#input.codePointAt(this.#pos);
    return code === undefined ? undefined : String.fromCodePoint(code);
  }

  #advance(): string | undefined {
    const char = this.#peek();
    this.#pos += char?.length ?? 0;
    return char;
  }

  #emit(kind: TokenKind): Token {
    const { start, text } = { start: this.#start, text: this.#input.slice(this.#start, this.#pos) };
    this.#start = this.#pos;
    return { kind, text: kind === 'eof' ? 'EOF' : text, start, line: this.#line(start) };
  }

  #error(text: string): Token {
    return { kind: 'error', text, start: this.#start, line: this.#line(this.#start) };
  }

  #line(offset: number): number {
    let line = 1;
    for (let at = this.#input.indexOf('\n'); at >= 0 && at < offset; at = this.#input.indexOf('\n', at + 1)) line++;
    return line;
  }
}

function isAlphaNumeric(char: string): boolean {
  return /^[_\p{L}\p{Nd}]$/u.test(char);
}

/** `U+002D '-'`, as Go's `%#U`. */
function describeChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return `U+${hex(code, 4).toUpperCase()}${isPrintable(char) ? ` '${char}'` : ''}`;
}

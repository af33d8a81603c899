/** What Go's encoding/json says of a text that is no JSON. */
export function jsonProblem(text: string): string {
  const scanner = new Scanner(text);
  try {
    scanner.value();
    scanner.end();
  } catch (error) {
    if (error instanceof Problem) return error.message;
    // Deeper than the stack reaches, and than Go allows.
    if (error instanceof RangeError) return 'exceeded max depth';
    throw error;
  }
  return 'invalid JSON';
}

class Problem extends Error {}

class Scanner {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#chars = Array.from(text);
  }

  value(): void {
    this.#skipSpace();
    const char = this.#next();
    if (char === '{') this.#object();
    else if (char === '[') this.#array();
    else if (char === '"') this.#string();
    else if (/[-0-9]/.test(char)) this.#number(char);
    else if (char === 't') this.#literal('true');
    else if (char === 'f') this.#literal('false');
    else if (char === 'n') this.#literal('null');
    else this.#refuse('looking for beginning of value');
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#chars.length) this.#skip('after top-level value');
  }

  #object(): void {
    this.#skipSpace();
    if (this.#take('}')) return;
    do {
      this.#skipSpace();
      if (this.#next() !== '"') {
        this.#refuse('looking for beginning of object key string');
      }
      this.#string();
      this.#skipSpace();
      if (!this.#take(':')) this.#skip('after object key');
      this.value();
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take('}')) this.#skip('after object key:value pair');
  }

  #array(): void {
    this.#skipSpace();
    if (this.#take(']')) return;
    do {
      this.value();
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take(']')) this.#skip('after array element');
  }

  #string(): void {
    for (;;) {
      const char = this.#next();
      if (char === '"') return;
      if (char < ' ') this.#refuse('in string literal');
      if (char === '\\') this.#escape();
    }
  }

  #escape(): void {
    const char = this.#next();
    if (!'bfnrt\\/"u'.includes(char)) this.#refuse('in string escape code');
    for (let i = 0; char === 'u' && i < 4; i++) {
      if (!/[0-9a-fA-F]/.test(this.#next())) this.#refuse('in \\u hexadecimal character escape');
    }
  }

  #number(first: string): void {
    const digit = first === '-' ? this.#next() : first;
    if (!/[0-9]/.test(digit)) this.#refuse('in numeric literal');
    if (digit !== '0') this.#skipDigits();
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
  }

  #digits(context: string): void {
    if (!/[0-9]/.test(this.#next())) this.#refuse(context);
    this.#skipDigits();
  }

  #skipDigits(): void {
    while (/^[0-9]$/.test(this.#chars[this.#at] ?? '')) this.#at++;
  }

  #literal(word: string): void {
    for (const expected of word.slice(1)) {
      const context = `in literal ${word} (expecting '${expected}')`;
      if (this.#next() !== expected) this.#refuse(context);
    }
  }

  #skipSpace(): void {
    while (/^[ \t\r\n]$/.test(this.#chars[this.#at] ?? '')) this.#at++;
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** Refuses the next character. */
  #skip(context: string): never {
    this.#next();
    return this.#refuse(context);
  }

  #next(): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new Problem('unexpected end of JSON input');
    return char;
  }

  /** Refuses the character that was read last. */
  #refuse(context: string): never {
    throw new Problem(`invalid character ${quoteChar(this.#chars[this.#at - 1] ?? '')} ${context}`);
  }
}

function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  return char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`;
}

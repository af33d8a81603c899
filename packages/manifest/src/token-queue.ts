import type { Token } from './token.ts';

/** Tokens that were scanned and not yet parsed. They are numbered from the start of the text. */
export class TokenQueue {
  #tokens: Token[] = [];
  #head = 0;
  #consumed = 0;

  get length(): number {
    return this.#tokens.length - this.#head;
  }

  /** The oldest token; there must be one. */
  get first(): Token {
    return this.#tokens[this.#head]!;
  }

  /** The token that was scanned last, be it parsed already or not. */
  get last(): Token | undefined {
    return this.#tokens.at(-1);
  }

  /** Number of the token that will be pushed next. */
  get nextNumber(): number {
    return this.#consumed + this.length;
  }

  push(token: Token): void {
    this.#tokens.push(token);
  }

  /** Puts a token before the one with this number; at the end when that is gone already. */
  insert(number: number, token: Token): void {
    const tokens = this.#tokens;
    const index = this.#head + number - this.#consumed;
    tokens.push(token);
    if (index < this.#head) return;
    for (let i = tokens.length - 1; i > index; i--) tokens[i] = tokens[i - 1]!;
    tokens[index] = token;
  }

  /** Drops the oldest token. */
  shift(): void {
    this.#consumed++;
    this.#head++;
    if (this.#head < 64) return;
    // One dropped token stays, as `last` may be asked for it.
    this.#tokens = this.#tokens.slice(this.#head - 1);
    this.#head = 1;
  }
}

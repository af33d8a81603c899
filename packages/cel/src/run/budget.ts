import { compileRegexp, RegexpError, type Regexp } from '@sluice/go-regexp';
import type { CallContext } from '../check/function.ts';
import { CelError } from '../error.ts';

/** Patterns made from data could be any number. */
const maxPatterns = 100;

/** What one evaluation may cost, in steps; work that grows with the values counts by their size. */
export class Budget implements CallContext {
  readonly #limit: number;
  #left: number;
  readonly #patterns: Map<string, Regexp>;

  /** @param patterns those compiled so far; an expression keeps its own */
  constructor(limit: number, patterns: Map<string, Regexp>) {
    this.#limit = limit;
    this.#left = limit;
    this.#patterns = patterns;
  }

  get spent(): number {
    return this.#limit - this.#left;
  }

  readonly charge = (cost: number): void => {
    this.#left -= cost;
    if (this.#left < 0) throw new CelError('limit', 'operation cancelled: actual cost limit exceeded');
  };

  readonly regexp = (pattern: string, text: string): Regexp => {
    // A linear engine may take each step of the pattern for each character.
    this.charge(Math.ceil(((text.length + 1) / 10) * ((pattern.length + 3) / 4)));
    const known = this.#patterns.get(pattern);
    if (known !== undefined) return known;
    const compiled = compilePattern(pattern);
    if (this.#patterns.size < maxPatterns) this.#patterns.set(pattern, compiled);
    return compiled;
  };
}

/** @throws CelError `evaluate`, with Go's text */
export function compilePattern(pattern: string): Regexp {
  try {
    return compileRegexp(pattern);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    throw new CelError('evaluate', error.message, { cause: error });
  }
}

import type * as goRegexp from '@sluice/go-regexp';

/** A module is needed that was not imported yet: who can wait does `load` and begins again. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded';
  readonly load: () => Promise<unknown>;

  constructor(load: () => Promise<unknown>) {
    super('a module is not loaded yet');
    this.load = load;
  }
}

/**
 * A module for code that cannot wait. Validation cannot, as it stands between reading and storing an object; and most of
 * these modules' memory is wasted on a server that never sees a definition which asks for them.
 */
class OnDemand<T> {
  #module: T | undefined;
  readonly #import: () => Promise<T>;

  constructor(load: () => Promise<T>) {
    this.#import = load;
  }

  /** @throws NotLoaded */
  get(): T {
    if (this.#module === undefined) throw new NotLoaded(async () => (this.#module = await this.#import()));
    return this.#module;
  }
}

/** The engine of rules. */
export const cel = new OnDemand(async () => ({
  ...(await import('@sluice/cel')),
  ...(await import('@sluice/cel/kubernetes')),
}));

/**
 * The engine of patterns. RE2 judges all of them, not only those on which JavaScript's engine could hang: the most common
 * one, that of durations, nests repetitions, so RE2 is needed anyway, and all patterns of Flux's definitions together cost
 * 1 MiB and 7 µs a match more than JavaScript's expressions, which besides read some of Go's syntax otherwise.
 */
export const patterns = new OnDemand(async () => new Patterns(await import('@sluice/go-regexp')));

/** Definitions that come and go could bring any number. */
const maxPatterns = 1000;

/** Patterns of schemas, each compiled once. */
class Patterns {
  readonly #engine: typeof goRegexp;
  readonly #compiled = new Map<string, goRegexp.Regexp>();

  constructor(engine: typeof goRegexp) {
    this.#engine = engine;
  }

  /** What Go says of an invalid pattern; `undefined` of a valid one. */
  problemOf(pattern: string): string | undefined {
    try {
      this.#compile(pattern);
      return undefined;
    } catch (error) {
      if (!(error instanceof this.#engine.RegexpError)) throw error;
      return error.message;
    }
  }

  /** Whether a valid pattern matches anywhere in a text. */
  matches(pattern: string, text: string): boolean {
    return this.#compile(pattern).test(text);
  }

  #compile(pattern: string): goRegexp.Regexp {
    const known = this.#compiled.get(pattern);
    if (known !== undefined) return known;
    const compiled = this.#engine.compileRegexp(pattern);
    if (this.#compiled.size < maxPatterns) this.#compiled.set(pattern, compiled);
    return compiled;
  }
}

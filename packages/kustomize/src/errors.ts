/** Where an error arose and what may help. All fields are for people; code looks at the class. */
export interface ErrorPlace {
  /** Path in the file tree. */
  readonly file?: string | undefined;
  /** Line in `file`, from 1. */
  readonly line?: number | undefined;
  /** Folder of the kustomization or component that was being built. */
  readonly layer?: string | undefined;
  /** What the user can change. */
  readonly hint?: string | undefined;
}

/**
 * A build that failed. `message` begins with the text that `kustomize build` prints after `Error: `, which is what
 * people search for; place and hint follow on lines of their own.
 */
export class KustomizeError extends Error {
  override readonly name: string = 'KustomizeError';
  /** Exactly upstream's text, which may have several lines. */
  readonly upstream: string;
  readonly place: ErrorPlace;

  constructor(upstream: string, place: ErrorPlace = {}, options: { cause?: unknown } = {}) {
    super([upstream, ...placeLines(place)].join('\n'), options);
    this.upstream = upstream;
    this.place = place;
  }

  /** The same error with `prefix: ` before the text. */
  prefixed(prefix: string): KustomizeError {
    return this.#with(`${prefix}: ${this.upstream}`, this.place);
  }

  /** The same error with another text, which usually quotes this one's. */
  reworded(upstream: string): KustomizeError {
    return this.#with(upstream, this.place);
  }

  /** The same error with `place` filled in where nothing closer to the cause is known. */
  at(place: ErrorPlace): KustomizeError {
    return this.#with(this.upstream, mergePlaces(place, this.place));
  }

  #with(upstream: string, place: ErrorPlace): KustomizeError {
    const Class = this.constructor as typeof KustomizeError; // keeps the class of errors that say what to do next
    const copy = new Class(upstream, place, { cause: this.cause });
    return Object.assign(copy, this.extra());
  }

  /** Fields of a derived class that copies keep. */
  protected extra(): object {
    return {};
  }
}

/** What was thrown, as a `KustomizeError`; anything else is a bug or a limit of the runtime and is thrown again. */
export function asKustomizeError(error: unknown): KustomizeError {
  if (error instanceof KustomizeError) return error;
  throw error;
}

/** Runs `fn`; its error gets `prefix: ` before the text. */
export function prefixErrors<T>(prefix: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    throw asKustomizeError(error).prefixed(prefix);
  }
}

/** Runs `fn`; its error learns the place unless it knows a closer one. */
export function locateErrors<T>(place: ErrorPlace, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    throw asKustomizeError(error).at(place);
  }
}

function placeLines({ file, line, layer, hint }: ErrorPlace): string[] {
  const lines: string[] = [];
  if (file !== undefined) lines.push(`  file: ${file}${line === undefined || line === 0 ? '' : `:${line}`}`);
  if (layer !== undefined) lines.push(`  layer: ${layer}`);
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines;
}

function mergePlaces(outer: ErrorPlace, inner: ErrorPlace): ErrorPlace {
  const file = inner.file ?? outer.file;
  const line = inner.file === undefined ? outer.line : inner.line;
  return { file, line, layer: inner.layer ?? outer.layer, hint: inner.hint ?? outer.hint };
}

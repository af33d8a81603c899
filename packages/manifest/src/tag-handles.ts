import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import type { Token } from './token.ts';

const standardPrefix = 'tag:yaml.org,2002:';

/** What handles such as `!!` stand for in a document. */
export class TagHandles {
  readonly #cursor: Cursor;
  readonly #prefixes = new Map<string, string>();

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Takes a `%TAG` directive. */
  add(directive: Token): void {
    if (this.#prefixes.has(directive.text)) {
      throw this.#cursor.parserError('found duplicate %TAG directive', undefined, directive);
    }
    this.#prefixes.set(directive.text, directive.suffix);
  }

  /** The short form of a tag, `!!str` and the like, for a node that begins at `start`. */
  resolve(tag: Token, start: Mark): string {
    if (tag.text === '') return shorten(tag.suffix);
    const prefix = this.#prefixes.get(tag.text) ?? defaultPrefix(tag.text);
    if (prefix === undefined) throw this.#cursor.parserError('found undefined tag handle', start, tag);
    return shorten(prefix + tag.suffix);
  }
}

function defaultPrefix(handle: string): string | undefined {
  if (handle === '!') return '!';
  return handle === '!!' ? standardPrefix : undefined;
}

function shorten(tag: string): string {
  return tag.startsWith(standardPrefix) ? `!!${tag.slice(standardPrefix.length)}` : tag;
}

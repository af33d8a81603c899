import type { Document, Node, ScalarNode } from '@sluice/manifest';

interface Comment {
  readonly start: number;
  readonly end: number;
  /** From 0. */
  readonly line: number;
}

/** Comment lines that belong together; `line` of the first, from 0. */
export interface FoundComment {
  readonly text: string;
  readonly line: number;
}

/** The comments of a document by where they stand. */
export class CommentFinder {
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  readonly #trailing = new Map<number, Comment>();
  readonly #whole = new Map<number, Comment>();

  constructor({ text, comments }: Document) {
    this.#text = text;
    this.#lineStarts = lineStarts(text);
    for (let i = 0; i < comments.length; i += 3) {
      const [start = 0, end = 0, line = 0] = comments.slice(i, i + 3);
      const isWhole = /^[\t \ufeff]*$/.test(text.slice(this.#lineStarts[line], start));
      (isWhole ? this.#whole : this.#trailing).set(line, { start, end, line });
    }
  }

  /** All comments, in no order. */
  all(): FoundComment[] {
    return [...this.#whole.values(), ...this.#trailing.values()].map((comment) => this.#found(comment));
  }

  /** The comment behind a scalar on its last line, or behind the header of a block scalar. */
  behind(scalar: ScalarNode): FoundComment | undefined {
    const isBlock = scalar.style === 'literal' || scalar.style === 'folded';
    const end = isBlock ? scalar.start + 1 : scalar.end;
    const comment = this.#trailing.get(this.#lineAt(end));
    if (comment === undefined || comment.start < end) return undefined;
    const between = isBlock ? /^[-+0-9]*[\t ]*$/ : /^[\t ]*(?:,[\t ]*)?$/;
    return between.test(this.#text.slice(end, comment.start)) ? this.#found(comment) : undefined;
  }

  /**
   * The comment lines right above a scalar that is the first thing on its line; above a sequence item also what stands
   * behind the lone dash of an empty item before it.
   * @param before the item before it in the same sequence
   */
  above(scalar: ScalarNode, before?: Node): FoundComment | undefined {
    // A node begins with its tag and anchor.
    const line = scalar.line - 1;
    const prefix = this.#text.slice(this.#lineStarts[line], scalar.start);
    if (!/^[\t \ufeff]*(?:- *)?(?:[&!][^\s,[\]{}]*[\t ]+)*$/.test(prefix)) return undefined;
    const lines: Comment[] = [];
    for (let at = line - 1; at >= 0; at--) {
      const comment = this.#whole.get(at) ?? this.#behindDash(at, before);
      if (comment === undefined) break;
      lines.unshift(comment);
      if (!this.#whole.has(at)) break;
    }
    if (lines[0] === undefined) return undefined;
    return { text: lines.map(({ start, end }) => this.#text.slice(start, end)).join('\n'), line: lines[0].line };
  }

  #behindDash(line: number, before: Node | undefined): Comment | undefined {
    if (before?.kind !== 'scalar' || before.start !== before.end || before.line - 1 !== line) return undefined;
    return this.#trailing.get(line);
  }

  #found({ start, end, line }: Comment): FoundComment {
    return { text: this.#text.slice(start, end), line };
  }

  /** Line (from 0) of an offset. */
  #lineAt(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const {
    0: { length },
    index,
  } of text.matchAll(/\r\n|[\n\r\u0085\u2028\u2029]/g))
    starts.push(index + length);
  return starts;
}

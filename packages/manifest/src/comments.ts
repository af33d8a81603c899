import type { MappingNode, Node } from './node.ts';
import type { Document } from './read.ts';

/**
 * Gives each node the comment behind it on its last line and the comment lines right above it. In a mapping a comment
 * above an entry goes to the key, and a comment behind `key:` alone to the key too. Call it before `expandAliases`.
 */
export function attachComments({ root, text, comments }: Document): void {
  if (root === undefined || comments.length === 0) return;
  const found = new CommentIndex(text, comments);
  visit(root, found);
}

class CommentIndex {
  readonly #trailing = new Map<number, string>();
  readonly #whole = new Map<number, string>();
  readonly #text: string;

  constructor(text: string, comments: readonly number[]) {
    this.#text = text;
    for (let i = 0; i < comments.length; i += 3) {
      const [start = 0, end = 0, line = 0] = comments.slice(i, i + 3);
      const isWhole = /^[\t \ufeff]*$/.test(text.slice(this.#lineStart(start), start));
      (isWhole ? this.#whole : this.#trailing).set(line, text.slice(start, end));
    }
  }

  /** The comment behind something that ends at `end` on this line (from 0), if nothing else stands between. */
  after(end: number, line: number): string {
    const comment = this.#trailing.get(line);
    if (comment === undefined) return '';
    return /^[\t ]*[,:]?[\t ]*#/.test(this.#text.slice(end, end + comment.length + 512)) ? comment : '';
  }

  /** The unbroken comment lines above this line (from 0), joined by LF. */
  above(line: number): string {
    const lines: string[] = [];
    for (let at = line - 1; this.#whole.has(at); at--) lines.unshift(this.#whole.get(at)!);
    return lines.join('\n');
  }

  /** Line (from 0) on which a node ends that begins on `line`. */
  lastLine(node: Node): number {
    const breaks = this.#text.slice(node.start, node.end).match(/\r\n|[\n\r\u0085\u2028\u2029]/g);
    return node.line - 1 + (breaks?.length ?? 0);
  }

  /** A few characters from `offset` on: more than the header of a block scalar has. */
  textAt(offset: number): string {
    return this.#text.slice(offset, offset + 4);
  }

  #lineStart(offset: number): number {
    let start = offset;
    while (start > 0 && !/[\n\r\u0085\u2028\u2029]/.test(this.#text[start - 1]!)) start--;
    return start;
  }
}

function visit(node: Node, found: CommentIndex): void {
  if (node.kind === 'mapping') return visitMapping(node, found);
  if (node.kind === 'sequence') {
    for (const item of node.items) {
      attach(item, found.above(item.line - 1), found);
      visit(item, found);
    }
  }
}

function visitMapping(node: MappingNode, found: CommentIndex): void {
  for (let i = 0; i < node.items.length; i += 2) {
    const key = node.items[i]!;
    const value = node.items[i + 1]!;
    attach(key, found.above(key.line - 1), found);
    attach(value, value.line > key.line ? found.above(value.line - 1) : '', found);
    visit(value, found);
  }
}

function attach(node: Node, head: string, found: CommentIndex): void {
  const line = trailingComment(node, found);
  if (head !== '' || line !== '') node.comments = { head, line };
}

function trailingComment(node: Node, found: CommentIndex): string {
  if (node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded')) {
    // The comment of a block scalar stands behind its header.
    return found.after(node.start + headerLength(node.start, found), node.line - 1);
  }
  return node.kind === 'scalar' || node.kind === 'alias' || node.flow
    ? found.after(node.end, found.lastLine(node))
    : '';
}

function headerLength(start: number, found: CommentIndex): number {
  return found.textAt(start).search(/[\t #]|$/);
}

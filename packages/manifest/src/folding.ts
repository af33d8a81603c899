/** Line breaks inside a flow scalar: one alone becomes a space, of several the first vanishes. */
export class Folding {
  #first = '';
  #further = '';
  #escaped = false;

  /** Adds a break, as `Cursor.readBreak` returns it. */
  add(lineBreak: string): void {
    if (this.#first === '' && !this.#escaped) this.#first = lineBreak;
    else this.#further += lineBreak;
  }

  /** Counts an escaped break, which stands for nothing, as the first. */
  addEscaped(): void {
    this.#escaped = true;
  }

  /** The text that the breaks stand for; begins anew. */
  take(): string {
    const first = this.#first;
    const further = this.#further;
    this.#first = '';
    this.#further = '';
    this.#escaped = false;
    if (first !== '\n') return first + further;
    return further === '' ? ' ' : further;
  }
}

/** What a gap between two lines of a flow scalar stands for: line breaks with blanks around them, as they are written. */
export function foldGap(gap: string): string {
  if (gap === '\n') return ' ';
  const folding = new Folding();
  for (const [lineBreak] of gap.matchAll(/\r\n|[\n\r\u0085\u2028\u2029]/g)) {
    folding.add(lineBreak === '\u2028' || lineBreak === '\u2029' ? lineBreak : '\n');
  }
  return folding.take();
}

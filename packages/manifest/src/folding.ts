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

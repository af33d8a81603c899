import type { Edit } from './scalar-text.ts';

/** A text with every CRLF turned into LF, and the way back from offsets in it. */
export class LfText {
  readonly text: string;
  /** Offsets in `text` of the line feeds that had a carriage return. */
  readonly #joined: number[] = [];

  constructor(original: string) {
    for (let at = original.indexOf('\r\n'); at >= 0; at = original.indexOf('\r\n', at + 2)) {
      this.#joined.push(at - this.#joined.length);
    }
    this.text = this.#joined.length === 0 ? original : original.replaceAll('\r\n', '\n');
  }

  /** The offset in the original of the character at `offset`; that of a line feed is its carriage return's. */
  originalOffset(offset: number): number {
    let [low, high] = [0, this.#joined.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#joined[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return offset + low;
  }
}

/** The original with the edits, which are in order and do not overlap, made in it. */
export function applyEdits(original: string, lf: LfText, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const { start, end, text } of edits) {
    result += original.slice(position, lf.originalOffset(start)) + text;
    position = lf.originalOffset(end);
  }
  return result + original.slice(position);
}

import type { Rendered } from './render.ts';

const maxCachedBytes = 33_554_432;

/** The last manifests that were built, by the hash of what they were built from. */
export class RenderCache {
  /** In the order of last use. */
  readonly #entries = new Map<string, Rendered>();

  get(input: string): Rendered | undefined {
    const found = this.#entries.get(input);
    if (found !== undefined) {
      this.#entries.delete(input);
      this.#entries.set(input, found);
    }
    return found;
  }

  set(input: string, rendered: Rendered): void {
    this.#entries.set(input, rendered);
    let total = this.#entries.values().reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [old, { bytes }] of this.#entries) {
      if (total <= maxCachedBytes) return;
      this.#entries.delete(old);
      total -= bytes;
    }
  }
}

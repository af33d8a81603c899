/** How often an object was put right in a row, and when last, in monotonic milliseconds. */
interface Fight {
  readonly corrections: number;
  readonly at: number;
}

const firstDelayMs = 1000;
const calmMs = 60_000;
/** A person who tries one thing after another with kubectl is no fight yet. */
const atOnce = 4;
const fightFrom = atOnce + 2;

/**
 * Corrections of objects that someone else changes back again and again: the first few are made at once, the next ones
 * later and later, up to the interval. An object that stays calm long enough starts from the beginning.
 */
export class Fights {
  readonly #fights = new Map<string, Fight>();

  /** Notes that an object has to be corrected. @returns how long to wait with it, in milliseconds */
  delay(id: string, nowMs: number, intervalMs: number): number {
    const old = this.#fights.get(id);
    const lastDelayMs = old === undefined ? 0 : delayOf(old.corrections, intervalMs);
    const isCalm = old === undefined || nowMs - old.at > lastDelayMs + calmMs;
    const corrections = isCalm ? 1 : old.corrections + 1;
    const delayMs = delayOf(corrections, intervalMs);
    this.#fights.set(id, { corrections, at: nowMs + delayMs });
    return delayMs;
  }

  /** Whether it is worth finding out who does it. */
  isFought(id: string): boolean {
    return (this.#fights.get(id)?.corrections ?? 0) >= fightFrom;
  }

  forget(prefix: string): void {
    for (const id of this.#fights.keys()) if (id.startsWith(prefix)) this.#fights.delete(id);
  }
}

function delayOf(corrections: number, intervalMs: number): number {
  if (corrections <= atOnce) return 0;
  return Math.min(firstDelayMs * 2 ** (corrections - atOnce - 1), Math.max(intervalMs, firstDelayMs));
}

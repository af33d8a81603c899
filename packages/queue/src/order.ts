import type { Level } from './queue.ts';

/** How far an interval entry lets later changes overtake it, in milliseconds. */
const intervalOffsetMs = 30_000;
/** What one key pushes the later keys of its namespace back, in milliseconds. */
const namespaceStepMs = 250;
/** BullMQ takes no larger priority; both drivers share the numbers. */
const maxOrder = 2_097_151;

/**
 * The place of an entry among the waiting ones of its kind: lowest first, and first come first served within a number.
 * It is a deadline in seconds rather than a class, so that nothing starves; only a person's request is a class of its own.
 * @param tagMs the adder's tag of the namespace at the time of adding
 * @param epochMs where numbers start: a time before all that waits
 * @returns 1 to 2097151; beyond 24 days after the epoch all are equal, which is plain first come first served
 */
export function orderNumber(level: Level, tagMs: number, epochMs: number): number {
  if (level === 'person') return 1;
  const offsetMs = level === 'interval' ? intervalOffsetMs : 0;
  const seconds = Math.floor((tagMs - epochMs + offsetMs) / 1000);
  return Math.min(2 + Math.max(seconds, 0), maxOrder);
}

/** Gives each namespace its share: one that adds much at once pushes its own later keys into the future. */
export class NamespaceTags {
  readonly #nextMs = new Map<string, number>();

  /** The tag that the next key of `namespace` gets. */
  tag(namespace: string, nowMs: number): number {
    return Math.max(nowMs, this.#nextMs.get(namespace) ?? 0);
  }

  /** A key was added with `tagMs`. An add that was merged into a waiting entry spends nothing. */
  spend(namespace: string, tagMs: number, nowMs: number): void {
    this.#nextMs.set(namespace, tagMs + namespaceStepMs);
    if (this.#nextMs.size > 1000) this.#dropPast(nowMs);
  }

  #dropPast(nowMs: number): void {
    for (const [namespace, nextMs] of this.#nextMs) if (nextMs <= nowMs) this.#nextMs.delete(namespace);
  }
}

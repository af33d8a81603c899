import { formatKey, type ObjectKey } from '@sluice/api';

// Objects change in bursts while they start: the first change of a burst is looked at soon, the others together.
const firstWakeMs = 100;
const nextWakeMs = 1000;
/** What a timer can hold. */
const maxDelayMs = 2 ** 31 - 1;

/** At most one pending wake per key. */
export class WakeTimers {
  readonly #wake: (key: ObjectKey) => void;
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly at: number }>();
  readonly #lastWake = new Map<string, number>();

  constructor(wake: (key: ObjectKey) => void) {
    this.#wake = wake;
  }

  /** Soon, but not more than once a second. */
  wakeJoined(key: ObjectKey): void {
    const sinceMs = performance.now() - (this.#lastWake.get(formatKey(key)) ?? -Infinity);
    this.wakeAfter(key, Math.max(firstWakeMs, nextWakeMs - sinceMs));
  }

  /** Unless it wakes earlier anyway. */
  wakeAfter(key: ObjectKey, delayMs: number): void {
    const name = formatKey(key);
    const at = performance.now() + Math.min(delayMs, maxDelayMs);
    if ((this.#timers.get(name)?.at ?? Infinity) <= at) return;
    this.cancel(key);
    const fire = () => {
      this.#timers.delete(name);
      this.#lastWake.set(name, performance.now());
      this.#wake(key);
    };
    this.#timers.set(name, { timer: setTimeout(fire, Math.min(delayMs, maxDelayMs)), at });
  }

  cancel(key: ObjectKey): void {
    clearTimeout(this.#timers.get(formatKey(key))?.timer);
    this.#timers.delete(formatKey(key));
  }

  forget(key: ObjectKey): void {
    this.cancel(key);
    this.#lastWake.delete(formatKey(key));
  }

  clear(): void {
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

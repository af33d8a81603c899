import { StatusError } from '../errors.ts';

const retryMs = 200;

/**
 * Collects keys and hands each to `work` once in a later turn of the event loop, so that no request waits for it.
 * A key whose work the API refused is tried again a little later.
 */
export class WorkQueue {
  readonly #keys = new Set<string>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly due: number }>();
  readonly #work: (key: string) => void;
  #scheduled: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(work: (key: string) => void) {
    this.#work = work;
  }

  add(key: string): void {
    if (this.#closed) return;
    this.#keys.add(key);
    this.#scheduled ??= setImmediate(() => this.#run());
  }

  /** Adds a key after a delay, or earlier when it was to be added earlier already. */
  addAfter(key: string, delayMs: number): void {
    const due = performance.now() + delayMs;
    const waiting = this.#timers.get(key);
    if (this.#closed || (waiting !== undefined && waiting.due <= due)) return;
    clearTimeout(waiting?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
    }, delayMs);
    this.#timers.set(key, { timer, due });
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#scheduled);
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
  }

  #run(): void {
    this.#scheduled = undefined;
    const keys = [...this.#keys];
    this.#keys.clear();
    for (const key of keys) {
      if (!this.#closed) this.#try(key);
    }
  }

  #try(key: string): void {
    try {
      this.#work(key);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.addAfter(key, retryMs);
    }
  }
}

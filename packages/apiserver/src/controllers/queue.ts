import { StatusError } from '../errors.ts';

const retryMs = 1000;

/**
 * Collects keys and hands each to `work` once in a later turn of the event loop, so that no request waits for it.
 * A key whose work the API refused is tried again after a second.
 */
export class WorkQueue {
  readonly #keys = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
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

  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.add(key);
    }, delayMs);
    this.#timers.add(timer);
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#scheduled);
    for (const timer of this.#timers) clearTimeout(timer);
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

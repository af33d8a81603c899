import { Heap } from './heap.ts';

/** A due time that was set. `gone` once it was cancelled. */
export interface Due<T> {
  readonly item: T;
  /** By the monotonic clock, in milliseconds. */
  readonly atMs: number;
  gone: boolean;
}

/** `setTimeout` takes no more. */
const maxTimerMs = 2 ** 31 - 1;

/** Any number of due times behind one timer. */
export class DueTimes<T> {
  #heap = new Heap<Due<T>>(isEarlier);
  #cancelled = 0;
  readonly #onDue: (item: T) => void;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Infinity;

  constructor(onDue: (item: T) => void) {
    this.#onDue = onDue;
  }

  /** Due times held, cancelled ones included. */
  get size(): number {
    return this.#heap.size;
  }

  set(item: T, atMs: number): Due<T> {
    const due = { item, atMs, gone: false };
    this.#heap.push(due);
    this.#arm();
    return due;
  }

  cancel(due: Due<T>): void {
    due.gone = true;
    this.#cancelled += 1;
    if (this.#cancelled > 1000 && this.#cancelled > this.#heap.size / 2) this.#compact();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#heap = new Heap<Due<T>>(isEarlier);
    this.#timerAtMs = Infinity;
  }

  #arm(): void {
    while (this.#heap.peek()?.gone === true) this.#pop();
    const atMs = this.#heap.peek()?.atMs;
    if (atMs === undefined || atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    const delayMs = Math.ceil(Math.max(atMs - performance.now(), 0));
    this.#timer = setTimeout(() => this.#fire(), Math.min(delayMs, maxTimerMs));
  }

  #fire(): void {
    this.#timerAtMs = Infinity;
    const nowMs = performance.now();
    for (let due = this.#heap.peek(); due !== undefined && due.atMs <= nowMs; due = this.#heap.peek()) {
      this.#pop();
      if (!due.gone) this.#onDue(due.item);
    }
    this.#arm();
  }

  #pop(): Due<T> | undefined {
    const due = this.#heap.pop();
    if (due?.gone === true) this.#cancelled -= 1;
    return due;
  }

  /** Keeps a key whose due time moves often from filling the heap with cancelled ones. */
  #compact(): void {
    const old = this.#heap;
    this.#heap = new Heap<Due<T>>(isEarlier);
    for (let due = old.pop(); due !== undefined; due = old.pop()) if (!due.gone) this.#heap.push(due);
    this.#cancelled = 0;
  }
}

function isEarlier(a: Due<unknown>, b: Due<unknown>): boolean {
  return a.atMs < b.atMs;
}

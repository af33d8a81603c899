import type { KubeObject } from '@sluice/api';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: string;
  /** The new state; of a deletion the last one, with the deletion's revision. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
}

const minEvents = 1000;
const minAgeMs = 75_000;

/** The objects of one resource with their recent history, from which earlier states and watches are served. */
export class Collection {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #events: StoreEvent[] = [];
  #sortedKeys: readonly string[] | undefined;
  /** History is complete after this revision. */
  #compacted = 0;

  get size(): number {
    return this.#objects.size;
  }

  get compacted(): number {
    return this.#compacted;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  /** All objects, ordered by namespace and name. */
  *values(): Iterable<KubeObject> {
    for (const key of this.keys()) {
      const object = this.#objects.get(key);
      if (object !== undefined) yield object;
    }
  }

  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort(byteOrder);
    return this.#sortedKeys;
  }

  /** The state after `revision`, ordered as `values`; `undefined` when that was compacted. */
  valuesAt(revision: number): KubeObject[] | undefined {
    if (revision < this.#compacted) return undefined;
    const later = this.#events.filter((event) => event.revision > revision);
    if (later.length === 0) return [...this.values()];
    const state = new Map(this.#objects);
    for (const event of later.reverse()) {
      if (event.previous === undefined) state.delete(event.key);
      else state.set(event.key, event.previous);
    }
    return [...state].sort(([a], [b]) => byteOrder(a, b)).map(([, object]) => object);
  }

  /** The events after `revision` in order; `undefined` when some of them were compacted. */
  eventsAfter(revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.#compacted) return undefined;
    return this.#events.filter((event) => event.revision > revision);
  }

  /** Calls `listener` with every later event until the returned function is called. */
  listen(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(event: StoreEvent): void {
    if (event.type === 'DELETED') this.#objects.delete(event.key);
    else this.#objects.set(event.key, event.object);
    if (event.type !== 'MODIFIED') this.#sortedKeys = undefined;
    this.#events.push(event);
    this.#forgetOld(event.time);
    for (const listener of this.#listeners) listener(event);
  }

  compact(revision: number): void {
    this.#events = this.#events.filter((event) => event.revision > revision);
    this.#compacted = Math.max(this.#compacted, revision);
  }

  #forgetOld(now: number): void {
    const [first] = this.#events;
    // In blocks, so that a write does not copy the list each time.
    if (first === undefined || this.#events.length < 2 * minEvents || now - first.time < 2 * minAgeMs) return;
    const old = this.#events.slice(0, -minEvents).findLast((event) => now - event.time > minAgeMs);
    if (old !== undefined) this.compact(old.revision);
  }
}

function byteOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

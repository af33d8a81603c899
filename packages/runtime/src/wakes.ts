import type { GroupVersionKind, KubeObject, ObjectKey } from '@sluice/api';
import { formatKey, keyOf } from '@sluice/api';
import { objectName, type ObjectCache } from './cache.ts';

/** Changes within this are one wake. */
const joinMs = 1000;

export interface Watched {
  readonly gvk: GroupVersionKind;
  readonly key: ObjectKey;
}

interface Waiter {
  readonly kind: string;
  readonly key: ObjectKey;
  /** Names of what wakes it; those of the run before until the present one ends. */
  current: Set<string>;
  previous: Set<string>;
  timer?: NodeJS.Timeout | undefined;
}

/** A watch that is there only while someone waits for objects of its kind. */
interface OnDemand {
  readonly cache: ObjectCache;
  readonly stop: () => void;
}

export interface WakesOptions {
  /** Adds the key to the queue. */
  readonly wake: (kind: string, key: ObjectKey) => void;
  /** Is there a watch of this kind anyway, whose changes come to `changed`? */
  readonly isWatched: (gvk: GroupVersionKind) => boolean;
  readonly watch: (gvk: GroupVersionKind) => OnDemand;
}

/** Who waits for which object to change. It holds no worker: a change adds the waiting key to the queue again. */
export class Wakes {
  readonly #waiters = new Map<string, Waiter>();
  readonly #byObject = new Map<string, Set<Waiter>>();
  readonly #onDemand = new Map<string, OnDemand>();
  readonly #options: WakesOptions;

  constructor(options: WakesOptions) {
    this.#options = options;
  }

  /** A run of `key` starts: what it does not name again no longer wakes it once it has ended. */
  began(kind: string, key: ObjectKey): void {
    const waiter = this.#waiters.get(waiterName(kind, key));
    if (waiter === undefined) return;
    clearTimeout(waiter.timer);
    waiter.timer = undefined;
    waiter.previous = waiter.current;
    waiter.current = new Set();
  }

  wakeOn(kind: string, key: ObjectKey, objects: readonly Watched[]): void {
    const waiter = this.#waiters.getOrInsertComputed(waiterName(kind, key), () => ({
      kind,
      key,
      current: new Set<string>(),
      previous: new Set<string>(),
    }));
    for (const { gvk, key: objectKey } of objects) {
      const name = objectName(gvk, objectKey);
      waiter.current.add(name);
      this.#byObject.getOrInsertComputed(name, () => new Set<Waiter>()).add(waiter);
      if (!this.#options.isWatched(gvk)) this.#demand(gvk);
    }
  }

  /** @param isWaiting whether the run wants to be woken by what it has named */
  ended(kind: string, key: ObjectKey, isWaiting: boolean): void {
    const waiter = this.#waiters.get(waiterName(kind, key));
    if (waiter === undefined) return;
    if (!isWaiting) {
      clearTimeout(waiter.timer);
      waiter.previous = waiter.previous.union(waiter.current);
      waiter.current = new Set();
    }
    for (const name of waiter.previous) if (!waiter.current.has(name)) this.#drop(name, waiter);
    waiter.previous = new Set();
    if (waiter.current.size === 0) this.#waiters.delete(waiterName(kind, key));
    this.#stopUnused();
  }

  /** An object was added, changed or deleted. */
  changed(gvk: GroupVersionKind, object: KubeObject): void {
    for (const waiter of this.#byObject.get(objectName(gvk, keyOf(object))) ?? []) this.#wakeSoon(waiter);
  }

  close(): void {
    for (const { timer } of this.#waiters.values()) clearTimeout(timer);
    for (const { stop } of this.#onDemand.values()) stop();
    this.#waiters.clear();
    this.#byObject.clear();
    this.#onDemand.clear();
  }

  #wakeSoon(waiter: Waiter): void {
    waiter.timer ??= setTimeout(() => {
      waiter.timer = undefined;
      this.#options.wake(waiter.kind, waiter.key);
    }, joinMs);
  }

  #demand(gvk: GroupVersionKind): void {
    const prefix = kindPrefix(gvk);
    if (this.#onDemand.has(prefix)) return;
    const demanded = this.#options.watch(gvk);
    this.#onDemand.set(prefix, demanded);
    const { cache } = demanded;
    cache.onChange((old, next) => this.changed(gvk, (next ?? old)!));
    // What changed before the first list was complete went unseen: look once.
    cache.onSynced(() => {
      for (const [name, waiters] of this.#byObject) {
        if (name.startsWith(prefix)) for (const waiter of waiters) this.#wakeSoon(waiter);
      }
    });
  }

  #drop(name: string, waiter: Waiter): void {
    const waiters = this.#byObject.get(name);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#byObject.delete(name);
  }

  #stopUnused(): void {
    const names = [...this.#byObject.keys()];
    for (const [prefix, { stop }] of this.#onDemand) {
      if (names.some((name) => name.startsWith(prefix))) continue;
      stop();
      this.#onDemand.delete(prefix);
    }
  }
}

function waiterName(kind: string, key: ObjectKey): string {
  return `${kind}/${formatKey(key)}`;
}

/** How the names of all objects of a kind begin. */
function kindPrefix(gvk: GroupVersionKind): string {
  return objectName(gvk, { namespace: '', name: '' });
}

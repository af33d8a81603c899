import type { KubeObject } from '@sluice/api';
import { deepFreeze } from '../json.ts';
import { Collection, type StoreEvent } from './collection.ts';

/**
 * All objects of the server, in memory: one collection per resource, one revision for all of them. Values are frozen, so
 * readers get the very object that is stored.
 */
export class Store {
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Set<(storageKey: string, event: StoreEvent) => void>();
  readonly #now: () => Date;
  #revision = 1;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** The revision of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /** The collection of a resource, by `group/plural`: all versions share it. */
  collection(storageKey: string): Collection {
    let collection = this.#collections.get(storageKey);
    if (collection === undefined) {
      collection = new Collection();
      this.#collections.set(storageKey, collection);
    }
    return collection;
  }

  /**
   * Stores an object under its namespace and name and stamps it with the next revision. The tree is frozen.
   * Watchers hear of it before this returns.
   */
  put(storageKey: string, object: KubeObject): KubeObject {
    const collection = this.collection(storageKey);
    const revision = (this.#revision += 1);
    const stored = deepFreeze(stamp(object, revision));
    const key = keyOfObject(object);
    const previous = collection.get(key);
    const type = previous === undefined ? 'ADDED' : 'MODIFIED';
    this.#append(storageKey, { type, revision, key, object: stored, previous, time: this.#now().getTime() });
    return stored;
  }

  /** Removes an object. The event carries its last state with the deletion's revision. */
  remove(storageKey: string, key: string): void {
    const collection = this.collection(storageKey);
    const previous = collection.get(key);
    if (previous === undefined) return;
    const revision = (this.#revision += 1);
    const object = deepFreeze(stamp(previous, revision));
    this.#append(storageKey, { type: 'DELETED', revision, key, object, previous, time: this.#now().getTime() });
  }

  /** Resolves once `revision` was written, or after `timeoutMs`. */
  async reached(revision: number, timeoutMs: number): Promise<void> {
    if (this.#revision >= revision) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, timeoutMs);
      const stop = this.listen(() => this.#revision >= revision && done());
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }

  /** Calls `listener` with every later event of any resource until the returned function is called. */
  listen(listener: (storageKey: string, event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #append(storageKey: string, event: StoreEvent): void {
    this.collection(storageKey).append(event);
    for (const listener of this.#listeners) listener(storageKey, event);
  }

  /** Forgets history up to and including `revision`, so that reading there answers 410. */
  compact(revision = this.#revision): void {
    for (const collection of this.#collections.values()) collection.compact(revision);
  }

  /** Removes a resource with all its history: what a deleted CRD leaves. */
  drop(storageKey: string): void {
    this.#collections.delete(storageKey);
  }
}

/** `namespace/name`; the namespace is empty for cluster-scoped objects. */
export function storeKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function keyOfObject(object: KubeObject): string {
  return storeKey(object.metadata.namespace ?? '', object.metadata.name);
}

function stamp(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

export type { StoreEvent };

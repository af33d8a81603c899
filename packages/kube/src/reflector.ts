import { setTimeout as delay } from 'node:timers/promises';
import { formatKey, keyOf, type KubeObject, type ObjectKey } from '@sluice/api';
import { KubeError, type KubeClient, type ListOptions, type Resource } from './client.ts';

/** What the store keeps of an object: enough to find it and to tell newer from older. */
export interface Stored {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}

export interface ReflectorOptions<T extends Stored> extends Omit<ListOptions, 'signal'> {
  /** Reduces an object on receipt; by default it is kept whole, less its managedFields. */
  readonly transform?: (object: KubeObject) => T;
  /** Called for each difference, also those that a new list shows. `old` is absent for a new object, `next` for a deleted one. */
  readonly onChange?: (old: T | undefined, next: T | undefined) => void;
  /** Called for each failure; the reflector tries again by itself. */
  readonly onError?: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** A copy of the server's objects that follows it. */
export interface Reflector<T extends Stored = KubeObject> {
  /** Settles with the first complete list; never rejects but when the signal aborts first. */
  readonly ready: Promise<void>;
  get(key: ObjectKey): T | undefined;
  list(): readonly T[];
  /** How far the copy has come: the newest version seen. `''` before the first list. */
  resourceVersion(): string;
  /** Takes the answer to an own write, unless something newer has come already. */
  put(object: KubeObject): void;
  /** Resolves when the signal has ended it. */
  readonly ended: Promise<void>;
}

const firstDelayMs = 200;
const maxDelayMs = 30_000;

/** Lists, then watches; after a break it watches on from where it was, after 410 it lists again. */
export function reflect<T extends Stored = KubeObject>(
  kube: KubeClient,
  resource: Resource,
  options: ReflectorOptions<T>,
): Reflector<T> {
  const {
    transform = withoutManagedFields as unknown as (object: KubeObject) => T,
    onChange,
    onError,
    signal,
  } = options;
  const objects = new Map<string, T>();
  let version = '';
  const ready = Promise.withResolvers<void>();

  const advance = (seen: string | undefined) => {
    if (seen !== undefined && isNewer(seen, version)) version = seen;
  };
  const replace = (object: KubeObject) => {
    const key = formatKey(keyOf(object));
    const old = objects.get(key);
    if (
      old !== undefined &&
      sameObject(old, object) &&
      !isNewer(object.metadata.resourceVersion, old.metadata.resourceVersion)
    )
      return;
    const next = transform(object);
    objects.set(key, next);
    onChange?.(old, next);
  };
  const remove = (key: string) => {
    const old = objects.get(key);
    objects.delete(key);
    if (old !== undefined) onChange?.(old, undefined);
  };

  async function listAll(): Promise<void> {
    const list = await kube.list<KubeObject>(resource, { ...options, signal });
    const present = new Set(list.items.map((object) => formatKey(keyOf(object))));
    for (const key of objects.keys()) if (!present.has(key)) remove(key);
    for (const object of list.items) replace(object);
    version = list.resourceVersion;
    ready.resolve();
  }

  async function follow(): Promise<void> {
    for await (const event of kube.watch<KubeObject>(resource, version, { ...options, signal })) {
      if (event.type === 'BOOKMARK') {
        advance(event.resourceVersion);
        continue;
      }
      if (event.type === 'DELETED') remove(formatKey(keyOf(event.object)));
      else replace(event.object);
      advance(event.object.metadata.resourceVersion);
    }
  }

  async function run(): Promise<void> {
    let listed = false;
    let waitMs = firstDelayMs;
    while (!signal.aborted) {
      try {
        if (!listed) await listAll();
        listed = true;
        const startedAt = performance.now();
        await follow();
        // The server ends a watch after minutes. One that ends at once is a fault, or this would be a busy loop.
        if (performance.now() - startedAt > 1000) {
          waitMs = firstDelayMs;
          continue;
        }
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof KubeError) listed = false;
        if (error instanceof KubeError && error.code === 410) continue;
        onError?.(error);
      }
      await pause(waitMs * (0.8 + Math.random() * 0.4), signal);
      waitMs = Math.min(waitMs * 2, maxDelayMs);
    }
  }

  signal.addEventListener('abort', () => ready.reject(signal.reason), { once: true });
  ready.promise.catch(() => {}); // whoever waits sees it; nobody need wait
  return {
    ready: ready.promise,
    get: (key) => objects.get(formatKey(key)),
    list: () => [...objects.values()],
    resourceVersion: () => version,
    put: replace,
    ended: run(),
  };
}

/** Versions are numbers of any length, compared as such. An absent one is the oldest. */
export function isNewer(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.length === b.length ? a > b : a.length > b.length;
}

function sameObject(old: Stored, next: KubeObject): boolean {
  return old.metadata.uid === next.metadata.uid;
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // aborted: the loop sees it
  }
}

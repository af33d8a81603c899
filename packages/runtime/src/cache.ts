import { formatKey, keyOf, type GroupVersionKind, type KubeObject, type ObjectKey } from '@sluice/api';
import { isNewer, reflect, type KubeClient, type Reflector, type ReflectorOptions } from '@sluice/kube';
import { setTimeout as delay } from 'node:timers/promises';

export interface CacheOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly metadataOnly?: boolean;
  readonly transform?: (object: KubeObject) => KubeObject;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

type Listener = (old: KubeObject | undefined, next: KubeObject | undefined) => void;

/** How often to look whether a kind that the server does not serve has come. */
const parkedMs = 10_000;
/** How soon to ask again when the server could not be asked. */
const retryMs = 1000;

/**
 * A copy of the objects of one kind that follows the server. A kind that is not served is parked: the copy is empty, and
 * fills when the kind comes.
 */
export class ObjectCache {
  readonly gvk: GroupVersionKind;
  /** Settles with the first complete list, or when the kind turns out not to be served. Rejects when aborted before. */
  readonly settled: Promise<void>;
  readonly #kube: KubeClient;
  readonly #options: CacheOptions;
  readonly #listeners = new Set<Listener>();
  readonly #onSynced = new Set<() => void>();
  readonly #settle = Promise.withResolvers<void>();
  #reflector: Reflector | undefined;
  #synced = false;

  constructor(kube: KubeClient, gvk: GroupVersionKind, options: CacheOptions) {
    this.gvk = gvk;
    this.#kube = kube;
    this.#options = options;
    this.settled = this.#settle.promise;
    this.settled.catch(() => {}); // whoever waits sees it; nobody need wait
    this.#run().catch((error: unknown) => this.#settle.reject(error));
  }

  /** Does the copy hold a complete list? */
  get synced(): boolean {
    return this.#synced;
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#reflector?.get(key);
  }

  list(): readonly KubeObject[] {
    return this.#reflector?.list() ?? [];
  }

  /** Calls `listener` for each difference after the first list. */
  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Calls `listener` once the first list is complete. */
  onSynced(listener: () => void): void {
    if (this.#synced) listener();
    else this.#onSynced.add(listener);
  }

  /** Takes the answer to an own write of an object that it holds. */
  put(object: KubeObject): void {
    // One that is not held may just have been deleted: taking it would bring it back for ever.
    if (this.get(keyOf(object))?.metadata.uid === object.metadata.uid) this.#reflector?.put(object);
  }

  /** @returns whether the copy has come to `resourceVersion` within `limitMs` */
  async reaches(resourceVersion: string, limitMs: number, signal: AbortSignal): Promise<boolean> {
    const deadlineMs = performance.now() + limitMs;
    while (isNewer(resourceVersion, this.#reflector?.resourceVersion())) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0 || signal.aborted) return false;
      await this.#nextChange(Math.min(leftMs, 50));
    }
    return true;
  }

  async #run(): Promise<void> {
    const { signal, onError } = this.#options;
    for (;;) {
      let waitMs = parkedMs;
      try {
        const resource = await this.#kube.resource(this.gvk, signal);
        if (resource !== undefined) return await this.#follow(resource);
        this.#settle.resolve();
      } catch (error) {
        if (signal.aborted) throw error;
        onError(error);
        waitMs = retryMs;
      }
      await delay(waitMs, undefined, { signal });
    }
  }

  async #follow(resource: Parameters<typeof reflect>[1]): Promise<void> {
    const { namespace, labelSelector, metadataOnly, transform, signal, onError } = this.#options;
    const options: ReflectorOptions<KubeObject> = {
      ...(namespace !== undefined && { namespace }),
      ...(labelSelector !== undefined && { labelSelector }),
      ...(metadataOnly !== undefined && { metadataOnly }),
      ...(transform !== undefined && { transform }),
      onChange: (old, next) => this.#changed(old, next),
      onError,
      signal,
    };
    this.#reflector = reflect(this.#kube, resource, options);
    await this.#reflector.ready;
    this.#synced = true;
    this.#settle.resolve();
    for (const listener of this.#onSynced) listener();
    this.#onSynced.clear();
  }

  #changed(old: KubeObject | undefined, next: KubeObject | undefined): void {
    if (!this.#synced) return;
    for (const listener of this.#listeners) listener(old, next);
  }

  async #nextChange(limitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener: Listener = () => resolve();
    this.#listeners.add(listener);
    const timer = setTimeout(resolve, limitMs);
    await promise;
    clearTimeout(timer);
    this.#listeners.delete(listener);
  }
}

/** `<kind>.<group>`, without the version: one object is the same in all versions. */
export function kindName({ group, kind }: Pick<GroupVersionKind, 'group' | 'kind'>): string {
  return `${kind}.${group}`;
}

export function objectName(gvk: Pick<GroupVersionKind, 'group' | 'kind'>, key: ObjectKey): string {
  return `${kindName(gvk)}/${formatKey(key)}`;
}

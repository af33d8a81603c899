import type { GroupVersionKind, KubeObject } from '@sluice/api';
import type { KubeClient } from '@sluice/kube';
import { ObjectCache, kindName } from './cache.ts';
import type { Logger } from './kind.ts';

/** Which objects of a kind, and how much of them. */
export interface Scope {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly metadataOnly?: boolean;
}

/** All watches of a process: one per kind and scope, shared by all who want the same. */
export class Caches {
  readonly #kube: KubeClient;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #caches = new Map<string, ObjectCache>();

  constructor(kube: KubeClient, log: Logger, signal: AbortSignal) {
    this.#kube = kube;
    this.#log = log;
    this.#signal = signal;
  }

  /** All that were asked for. */
  all(): Iterable<ObjectCache> {
    return this.#caches.values();
  }

  get(gvk: GroupVersionKind, { namespace, labelSelector, metadataOnly = false }: Scope): ObjectCache {
    const isWhole = namespace === undefined && labelSelector === undefined && !metadataOnly;
    const name = isWhole ? kindName(gvk) : [kindName(gvk), namespace, labelSelector, metadataOnly].join(' ');
    return this.#caches.getOrInsertComputed(name, () =>
      this.#watch(gvk, {
        ...(namespace !== undefined && { namespace }),
        ...(labelSelector !== undefined && { labelSelector }),
        metadataOnly,
        signal: this.#signal,
      }),
    );
  }

  /** The cache of all objects of a kind with all their fields, if there is one. */
  whole(gvk: GroupVersionKind): ObjectCache | undefined {
    return this.#caches.get(kindName(gvk));
  }

  /** A watch beside the others that keeps versions only, until it is stopped. */
  watchVersions(gvk: GroupVersionKind): { readonly cache: ObjectCache; readonly stop: () => void } {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const cache = this.#watch(gvk, { metadataOnly: true, transform: reduceToVersion, signal });
    return { cache, stop: () => stop.abort(new Error('nobody waits any more')) };
  }

  #watch(gvk: GroupVersionKind, options: Omit<ConstructorParameters<typeof ObjectCache>[2], 'onError'>): ObjectCache {
    const onError = (error: unknown): void => this.#log.error({ error, watched: gvk.kind }, 'watch failed');
    return new ObjectCache(this.#kube, gvk, { ...options, onError });
  }
}

/** Enough to tell that an object changed. */
function reduceToVersion({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  };
}

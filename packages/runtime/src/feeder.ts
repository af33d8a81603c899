import { keyOf, type KubeObject, type ObjectKey } from '@sluice/api';
import type { KubeClient } from '@sluice/kube';
import type { WorkQueue } from '@sluice/queue';
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectCache } from './cache.ts';
import type { Kind, Level, Logger, Reconciled, Trigger } from './kind.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { firstRun, levelOfChange } from './triggers.ts';

export type WatchTrigger = Extract<Trigger, { type: 'watch' }>;
type SourceTrigger = Extract<Trigger, { type: 'source' }>;

/** A kind, its objects, and what its watching triggers watch. */
export interface Fed {
  readonly kind: Kind;
  readonly cache: ObjectCache;
  readonly watches: readonly { readonly trigger: WatchTrigger; readonly cache: ObjectCache }[];
}

export interface FeederOptions {
  readonly kube: KubeClient;
  readonly queue: WorkQueue;
  readonly metrics: RuntimeMetrics;
  readonly log: Logger;
  readonly random: () => number;
  /** May this process enqueue what its watches see? */
  readonly mayEnqueue: () => boolean;
  readonly signal: AbortSignal;
}

const sourceRestartMs = 5000;

/** Turns what the watches of one kind see into entries of the queue. Only the leader's does. */
export class Feeder {
  readonly #fed: Fed;
  readonly #options: FeederOptions;

  constructor(fed: Fed, options: FeederOptions) {
    this.#fed = fed;
    this.#options = options;
  }

  /** Listens to the watches; call before their first lists may be complete. */
  listen(): void {
    this.#fed.cache.onChange((old, next) => this.#ownChanged(old, next));
    for (const { trigger, cache } of this.#fed.watches) {
      cache.onChange((old, next) => this.#otherChanged(trigger, old, next));
    }
  }

  /** Starts what feeds by itself, and waits for watched kinds that are not served yet. */
  start(): void {
    for (const trigger of this.#fed.kind.triggers) {
      if (trigger.type === 'source') void this.#runSource(trigger);
    }
    for (const { trigger, cache } of this.#fed.watches) {
      if (!cache.synced) cache.onSynced(() => this.#replay(trigger, cache));
    }
  }

  /** Adds all objects that have something to do: nobody knows what moved while nobody led. */
  addAll(): void {
    const { cache, watches } = this.#fed;
    if (!this.#options.mayEnqueue() || !cache.synced) return;
    // The cache holds objects of the kind only.
    for (const object of cache.list() as readonly Reconciled[]) this.#guarded(() => this.#addFirst(object));
    for (const watch of watches) this.#replay(watch.trigger, watch.cache);
  }

  add(key: ObjectKey, level: Level, resourceVersion?: string): void {
    const { queue, metrics } = this.#options;
    const { kind } = this.#fed.kind.gvk;
    metrics.added(kind);
    this.#settle(queue.add(kind, key, level, resourceVersion));
  }

  #addFirst(object: Reconciled): void {
    const { kind } = this.#fed;
    const { random, queue } = this.#options;
    const first = firstRun(object, kind.intervalMs(object), random());
    if (typeof first === 'number') this.#settle(queue.addAfter(kind.gvk.kind, keyOf(object), first));
    else if (first !== undefined) this.add(keyOf(object), first, object.metadata.resourceVersion);
  }

  #ownChanged(old: KubeObject | undefined, next: KubeObject | undefined): void {
    const { queue, metrics, mayEnqueue } = this.#options;
    const { kind } = this.#fed.kind.gvk;
    if (old !== undefined && old.metadata.uid !== next?.metadata.uid) {
      // Another object of the same name owes nothing to the failures of this one.
      metrics.forget(kind, keyOf(old));
      this.#settle(queue.forget(kind, keyOf(old)));
    }
    if (next === undefined || !mayEnqueue()) return;
    const level = levelOfChange(old, next);
    if (level !== undefined) this.add(keyOf(next), level, next.metadata.resourceVersion);
  }

  #otherChanged(trigger: WatchTrigger, old: KubeObject | undefined, next: KubeObject | undefined): void {
    if (!this.#options.mayEnqueue()) return;
    this.#guarded(() => {
      if (!trigger.changed(old, next)) return;
      const before = next === undefined ? undefined : old;
      for (const key of trigger.map((next ?? old)!, this.#fed.cache.list(), before)) this.add(key, 'change');
    });
  }

  /** One object that a kind cannot cope with must not stop the watch for all the others. */
  #guarded(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#options.log.error({ error, kind: this.#fed.kind.gvk.kind }, 'fault in a trigger');
    }
  }

  /** Looks at all objects of a trigger as if they were new. */
  #replay(trigger: WatchTrigger, cache: ObjectCache): void {
    for (const object of cache.list()) this.#otherChanged(trigger, undefined, object);
  }

  async #runSource(trigger: SourceTrigger): Promise<void> {
    const { kube, signal, mayEnqueue, log } = this.#options;
    const deps = {
      kube,
      own: () => this.#fed.cache.list(),
      enqueue: (key: ObjectKey, level: Level) => {
        if (mayEnqueue()) this.add(key, level);
      },
    };
    while (!signal.aborted) {
      try {
        return await trigger.start(deps, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.error({ error, kind: this.#fed.kind.gvk.kind }, 'source of triggers failed');
        await delay(sourceRestartMs, undefined, { signal }).catch(() => {}); // aborted: the loop ends
      }
    }
  }

  #settle(promise: Promise<unknown>): void {
    promise.catch((error: unknown) => this.#options.log.error({ error }, 'queue refused an entry'));
  }
}

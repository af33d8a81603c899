import type { KubeClient, Resource } from '@sluice/kube';
import type { WorkQueue } from '@sluice/queue';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { Caches } from './caches.ts';
import { systemClock, type Clock } from './clock.ts';
import { EventRecorder } from './events.ts';
import { noFailpoints, type Failpoint } from './failpoints.ts';
import { Feeder, type Fed } from './feeder.ts';
import type { Kind, Logger, Reconciled } from './kind.ts';
import { alwaysLeader, type Leadership } from './leadership.ts';
import { MetricsRegistry } from './metrics-registry.ts';
import { RuntimeMetrics } from './metrics.ts';
import { registerObjectMetrics } from './object-metrics.ts';
import { listen, probesHandler, type Address } from './probes.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { reconcile } from './reconcile-loop.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { Wakes } from './wakes.ts';
import type { Worker } from './worker.ts';

export interface ManagerOptions {
  readonly kube: KubeClient;
  /** Closed by the manager at its end. */
  readonly queue: WorkQueue;
  readonly log: Logger;
  readonly kinds: readonly Kind[];
  /** Default: this process always leads. */
  readonly leadership?: Leadership;
  /** Addresses that answer `/healthz`, `/readyz` and `/metrics`. Default: none. */
  readonly listen?: readonly Address[];
  /** Where other parts of the program register metrics of their own. */
  readonly metrics?: MetricsRegistry;
  /** Hides what must not be seen in conditions, events and logs of runs. */
  readonly redact?: Redactor;
  /** Kinds are watched in this namespace only; default: in all. */
  readonly namespace?: string;
  /** Only objects of the kinds with these labels are reconciled: sharding. */
  readonly labelSelector?: string;
  /** Intervals vary by this fraction; default 0.05. */
  readonly jitter?: number;
  /** Time between the signal and the end of the process; default 30 s. */
  readonly graceMs?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly newId?: () => string;
  readonly failpoint?: Failpoint;
  /** Called once, when all kinds that are served are worked on. */
  readonly onStarted?: (started: { readonly addresses: readonly AddressInfo[] }) => void;
}

const defaultConcurrency = 16;
const eventFlushMs = 3000;
/** Of the grace period, for what comes after the last run. */
const closingMs = 5000;
/** Entries older than this while no run ends mean that the process makes no progress. */
const stuckMs = 300_000;

/**
 * Reconciles objects of `kinds` until `signal` aborts, then drains: nothing new is started, runs go on to their next
 * safe point, and what is left at the end of the grace period is aborted.
 * @throws when an address cannot be listened on
 */
export async function runManager(options: ManagerOptions, signal: AbortSignal): Promise<void> {
  await new Manager(options).run(signal);
}

class Manager {
  readonly #options: ManagerOptions;
  readonly #clock: Clock;
  readonly #leadership: Leadership;
  readonly #registry: MetricsRegistry;
  /** Ends the watches; aborted once nothing runs any more. */
  readonly #watching = new AbortController();
  readonly #caches: Caches;
  readonly #fed: readonly Fed[];
  readonly #feeders: ReadonlyMap<string, Feeder>;
  readonly #metrics: RuntimeMetrics;
  readonly #events: EventRecorder;
  readonly #wakes: Wakes;
  #started = false;
  #stopping = false;
  #lastEndMs: number;

  constructor(options: ManagerOptions) {
    const { kube, queue, log, kinds, random = Math.random } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#leadership = options.leadership ?? alwaysLeader();
    this.#registry = options.metrics ?? new MetricsRegistry();
    this.#lastEndMs = this.#clock.elapsedMs();
    this.#caches = new Caches(kube, log, this.#watching.signal);
    this.#fed = kinds.map((kind) => this.#feed(kind));
    this.#metrics = this.#createMetrics();
    const { signal } = this.#watching;
    const mayEnqueue = (): boolean => !this.#stopping && this.#leadership.isLeader();
    const feeding = { kube, queue, metrics: this.#metrics, log, random, mayEnqueue, signal };
    this.#feeders = new Map(this.#fed.map((fed) => [fed.kind.gvk.kind, new Feeder(fed, feeding)]));
    const onDropped = (): void => this.#metrics.eventDropped();
    this.#events = new EventRecorder({ kube, log, clock: this.#clock, instance: hostname(), onDropped });
    this.#wakes = new Wakes({
      wake: (kind, key) => this.#feeders.get(kind)?.add(key, 'change'),
      isWatched: (gvk) => this.#caches.whole(gvk) !== undefined,
      watch: (gvk) => this.#caches.watchVersions(gvk),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    await using servers = new AsyncDisposableStack();
    const addresses = await this.#listen(servers);
    this.#start().then(
      () => this.#options.onStarted?.({ addresses }),
      (error: unknown) => this.#failed(error, 'cannot start'),
    );
    await aborted(signal);
    await this.#stop();
  }

  async #start(): Promise<void> {
    for (const feeder of this.#feeders.values()) feeder.listen();
    for (const cache of this.#caches.all()) {
      cache.onChange((old, next) => this.#wakes.changed(cache.gvk, (next ?? old)!));
    }
    this.#leadership.onGain(() => {
      for (const feeder of this.#feeders.values()) feeder.addAll();
    });
    await Promise.all(this.#fed.map((fed) => this.#startKind(fed)));
    this.#started = true;
    this.#options.log.info({ kinds: this.#fed.map(({ kind }) => kind.gvk.kind) }, 'started');
  }

  /** Works on a kind once it and what its triggers watch are known; a kind that is not served, as soon as it comes. */
  async #startKind(fed: Fed): Promise<void> {
    await Promise.all([fed.cache.settled, ...fed.watches.map(({ cache }) => cache.settled)]);
    this.#feeders.get(fed.kind.gvk.kind)!.start();
    if (fed.cache.synced) return this.#work(fed);
    fed.cache.onSynced(() => {
      this.#work(fed).catch((error: unknown) => this.#failed(error, 'cannot work on a kind'));
    });
  }

  async #work(fed: Fed): Promise<void> {
    const { kind } = fed;
    const resource = await this.#options.kube.resource(kind.gvk, this.#watching.signal);
    if (resource === undefined || this.#stopping) return;
    const worker = this.#createWorker(fed, resource);
    this.#feeders.get(kind.gvk.kind)!.addAll();
    this.#options.queue.process(kind.gvk.kind, { concurrency: concurrencyOf(kind) }, async (run) => {
      const result = await reconcile(worker, run);
      this.#lastEndMs = this.#clock.elapsedMs();
      return result;
    });
  }

  async #stop(): Promise<void> {
    const { log, queue, graceMs = 30_000 } = this.#options;
    this.#stopping = true;
    log.info({}, 'shutting down');
    await queue.close(Math.max(graceMs - closingMs, 0));
    this.#wakes.close();
    this.#watching.abort(new Error('shutting down'));
    await this.#events.close(eventFlushMs);
    await this.#leadership.release();
  }

  #feed(kind: Kind): Fed {
    const triggers = kind.triggers.filter((trigger) => trigger.type === 'watch');
    return {
      kind,
      cache: this.#caches.get(kind.gvk, this.#options),
      watches: triggers.map((trigger) => ({ trigger, cache: this.#caches.get(trigger.gvk, trigger) })),
    };
  }

  #createWorker({ kind, cache }: Fed, resource: Resource): Worker {
    const { kube, queue, log, random = Math.random, newId = randomUUID } = this.#options;
    const { redact = createRedactor(), failpoint = noFailpoints, jitter = 0.05 } = this.#options;
    return {
      kind,
      resource,
      cache,
      kube,
      queue,
      log,
      random,
      newId,
      redact,
      failpoint,
      jitter,
      wakes: this.#wakes,
      metrics: this.#metrics,
      clock: this.#clock,
      cacheOf: (gvk) => this.#caches.whole(gvk),
      sendEvent: (object, event) => this.#events.send({ object, component: kind.controller, event }),
      isStopping: () => this.#stopping,
    };
  }

  #createMetrics(): RuntimeMetrics {
    const kinds = this.#fed.map(({ kind, cache }) => ({
      ...kind.gvk,
      concurrency: concurrencyOf(kind),
      // The cache holds objects of the kind only.
      objects: () => cache.list() as readonly Reconciled[],
      stats: () => this.#options.queue.stats(kind.gvk.kind),
      isWatched: () => cache.synced,
    }));
    const source = { kinds, isLeader: () => this.#leadership.isLeader(), instance: hostname() };
    registerObjectMetrics(this.#registry, source);
    registerProcessMetrics(this.#registry, this.#clock);
    return new RuntimeMetrics(this.#registry, source, this.#clock);
  }

  async #listen(servers: AsyncDisposableStack): Promise<AddressInfo[]> {
    const handler = probesHandler({
      live: async () => ({ progress: await this.#makesProgress() }),
      ready: () => ({ running: !this.#stopping, started: this.#started }),
      metrics: this.#registry,
    });
    const addresses: AddressInfo[] = [];
    for (const address of this.#options.listen ?? []) {
      addresses.push(servers.use(await listen(handler, address)).address);
    }
    return addresses;
  }

  /** A long backlog is no reason to start again, one that does not move is. */
  async #makesProgress(): Promise<boolean> {
    if (!this.#started || this.#clock.elapsedMs() - this.#lastEndMs < stuckMs) return true;
    const stats = await Promise.all(this.#fed.map(({ kind }) => this.#options.queue.stats(kind.gvk.kind)));
    return stats.every(({ oldestMs }) => oldestMs < stuckMs);
  }

  #failed(error: unknown, what: string): void {
    if (!this.#stopping) this.#options.log.error({ error }, what);
  }
}

function concurrencyOf(kind: Kind): number {
  return kind.concurrency ?? defaultConcurrency;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

import type { ObjectKey } from '@sluice/api';
import type { QueueStats } from '@sluice/queue';
import type { Clock } from './clock.ts';
import type { Reconciled } from './kind.ts';
import {
  Computed,
  Histogram,
  Scalar,
  exponentialBounds,
  type Labels,
  type MetricsRegistry,
} from './metrics-registry.ts';

export type ReconcileResult = 'success' | 'error' | 'requeue' | 'requeue_after';

/** What the metrics look at when they are asked for. */
export interface MetricsSource {
  /** Name of the kind, its objects in the cache, and its queue. */
  readonly kinds: readonly {
    readonly kind: string;
    readonly group: string;
    readonly version: string;
    readonly concurrency: number;
    readonly objects: () => readonly Reconciled[];
    readonly stats: () => Promise<QueueStats>;
    /** Whether the watch of the kind has a complete list. */
    readonly isWatched: () => boolean;
  }[];
  readonly isLeader: () => boolean;
  readonly instance: string;
}

/** Series of runs and queues under the names that dashboards for Flux and controller-runtime know. */
export class RuntimeMetrics {
  readonly #clock: Clock;
  readonly #running = new Map<object, { readonly controller: string; readonly startMs: number }>();
  readonly #duration: Histogram;
  readonly #time: Histogram;
  readonly #total: Scalar;
  readonly #errors: Scalar;
  readonly #terminal: Scalar;
  readonly #panics: Scalar;
  readonly #adds: Scalar;
  readonly #retries: Scalar;
  readonly #waited: Histogram;
  readonly #worked: Histogram;
  readonly #lastSuccess: Scalar;
  readonly #fenced: Scalar;
  readonly #eventsDropped: Scalar;

  constructor(registry: MetricsRegistry, source: MetricsSource, clock: Clock) {
    this.#clock = clock;
    const counter = (name: string, help: string, labels: readonly string[]) =>
      registry.register(new Scalar('counter', { name, help, labels }));
    const histogram = (name: string, help: string, labels: readonly string[], bounds: readonly number[]) =>
      registry.register(new Histogram({ name, help, labels }, bounds));
    const byController = ['controller'];
    const byQueue = ['name', 'controller'];
    const short = exponentialBounds(0.001, 1000, 7);
    const durationBounds = exponentialBounds(0.01, 1800, 10);

    this.#duration = histogram(
      'gotk_reconcile_duration_seconds',
      'The duration in seconds of a reconcile of an object.',
      ['kind', 'name', 'namespace'],
      durationBounds,
    );
    this.#total = counter('controller_runtime_reconcile_total', 'Runs per controller and result.', [
      'controller',
      'result',
    ]);
    this.#errors = counter('controller_runtime_reconcile_errors_total', 'Runs that failed.', byController);
    this.#terminal = counter(
      'controller_runtime_terminal_reconcile_errors_total',
      'Runs that failed until the object changes.',
      byController,
    );
    this.#panics = counter(
      'controller_runtime_reconcile_panics_total',
      'Runs that ended in a fault of the program.',
      byController,
    );
    this.#time = histogram(
      'controller_runtime_reconcile_time_seconds',
      'Duration of runs.',
      byController,
      durationBounds,
    );
    this.#adds = counter('workqueue_adds_total', 'Entries added by this process.', byQueue);
    this.#retries = counter('workqueue_retries_total', 'Runs that are tried again after a delay that grows.', byQueue);
    this.#waited = histogram('workqueue_queue_duration_seconds', 'Time that entries wait for a run.', byQueue, short);
    this.#worked = histogram('workqueue_work_duration_seconds', 'Time that runs take.', byQueue, short);
    this.#lastSuccess = registry.register(
      new Scalar('gauge', {
        name: 'sluice_last_success_timestamp_seconds',
        help: 'When a run of the object last went well.',
        labels: ['kind', 'name', 'namespace'],
      }),
    );
    this.#fenced = counter('sluice_fenced_total', 'Runs that ended since they might no longer act.', ['kind']);
    this.#eventsDropped = counter('sluice_events_dropped_total', 'Kubernetes Events that were not sent.', []);
    this.#registerComputed(registry, source);
  }

  added(kind: string): void {
    this.#adds.inc(queueLabels(kind));
  }

  /** A run starts. @returns to be handed to `ended` */
  started(kind: string, waitedMs: number): object {
    const run = {};
    this.#running.set(run, { controller: kind.toLowerCase(), startMs: this.#clock.elapsedMs() });
    this.#waited.observe(queueLabels(kind), waitedMs / 1000);
    return run;
  }

  ended(run: object, kind: string, key: ObjectKey, result: ReconcileResult): void {
    const seconds = (this.#clock.elapsedMs() - (this.#running.get(run)?.startMs ?? 0)) / 1000;
    this.#running.delete(run);
    const controller = [kind.toLowerCase()];
    this.#worked.observe(queueLabels(kind), seconds);
    this.#time.observe(controller, seconds);
    this.#duration.observe([kind, key.name, key.namespace], seconds);
    this.#total.inc([...controller, result]);
    if (result === 'error') this.#errors.inc(controller);
  }

  succeeded(kind: string, key: ObjectKey): void {
    this.#lastSuccess.set([kind, key.name, key.namespace], this.#clock.now().getTime() / 1000);
  }

  retried(kind: string): void {
    this.#retries.inc(queueLabels(kind));
  }

  stalled(kind: string): void {
    this.#terminal.inc([kind.toLowerCase()]);
  }

  panicked(kind: string): void {
    this.#panics.inc([kind.toLowerCase()]);
  }

  fenced(kind: string): void {
    this.#fenced.inc([kind]);
  }

  eventDropped(): void {
    this.#eventsDropped.inc();
  }

  /** The object is gone, and its series with it. */
  forget(kind: string, { name, namespace }: ObjectKey): void {
    this.#duration.remove([kind, name, namespace]);
    this.#lastSuccess.remove([kind, name, namespace]);
  }

  #registerComputed(registry: MetricsRegistry, source: MetricsSource): void {
    const { kinds, isLeader, instance } = source;
    const gauge = (
      name: string,
      help: string,
      labels: readonly string[],
      collect: ConstructorParameters<typeof Computed>[2],
    ) => registry.register(new Computed('gauge', { name, help, labels }, collect));
    const perQueue = (read: (stats: QueueStats) => number) => () =>
      Promise.all(kinds.map(async ({ kind, stats }) => [queueLabels(kind), read(await stats())] as const));
    const perKind = (read: (stats: QueueStats) => number) => () =>
      Promise.all(kinds.map(async ({ kind, stats }) => [[kind], read(await stats())] as const));
    const ages = (kind: string): number[] =>
      [...this.#running.values()]
        .filter(({ controller }) => controller === kind.toLowerCase())
        .map(({ startMs }) => (this.#clock.elapsedMs() - startMs) / 1000);
    const byQueue = ['name', 'controller'];

    gauge(
      'workqueue_depth',
      'Entries that wait for a run.',
      byQueue,
      perQueue(({ waiting }) => waiting),
    );
    gauge('workqueue_unfinished_work_seconds', 'Age of all running runs together.', byQueue, () =>
      kinds.map(({ kind }) => [queueLabels(kind), ages(kind).reduce((sum, age) => sum + age, 0)]),
    );
    gauge('workqueue_longest_running_processor_seconds', 'Age of the oldest running run.', byQueue, () =>
      kinds.map(({ kind }) => [queueLabels(kind), Math.max(0, ...ages(kind))]),
    );
    gauge('controller_runtime_active_workers', 'Runs that go on now.', ['controller'], () =>
      kinds.map(({ kind }) => [[kind.toLowerCase()], ages(kind).length]),
    );
    gauge('controller_runtime_max_concurrent_reconciles', 'Runs that may go on at once.', ['controller'], () =>
      kinds.map(({ kind, concurrency }) => [[kind.toLowerCase()], concurrency]),
    );
    gauge(
      'sluice_queue_depth',
      'Entries that wait for a run.',
      ['kind'],
      perKind(({ waiting }) => waiting),
    );
    gauge(
      'sluice_queue_delayed',
      'Keys with a due time.',
      ['kind'],
      perKind(({ delayed }) => delayed),
    );
    gauge(
      'sluice_queue_oldest_seconds',
      'Age of the entry that has waited longest.',
      ['kind'],
      perKind(({ oldestMs }) => oldestMs / 1000),
    );
    gauge('sluice_watch_healthy', 'Whether the watch of the kind has a complete list.', ['kind'], () =>
      kinds.map(({ kind, isWatched }) => [[kind], Number(isWatched())]),
    );
    gauge('leader_election_master_status', 'Whether this process leads.', ['name'], () => [
      [[instance], Number(isLeader())],
    ]);
  }
}

function queueLabels(kind: string): Labels {
  return [kind.toLowerCase(), kind.toLowerCase()];
}

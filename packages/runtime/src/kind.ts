import type { Condition, GroupVersionKind, KubeObject, ObjectKey } from '@sluice/api';
import type { KubeClient } from '@sluice/kube';

/** What the status of every reconciled kind has in common. */
export interface CommonStatus {
  readonly observedGeneration?: number;
  readonly lastHandledReconcileAt?: string;
  readonly conditions?: readonly Condition[];
}

export interface Reconciled<S extends CommonStatus = CommonStatus> extends KubeObject {
  readonly spec: { readonly suspend?: boolean } & Readonly<Record<string, unknown>>;
  readonly status?: S;
}

/** How urgent an entry is: a person's request, a change that was seen, or a due time. */
export type Level = 'person' | 'change' | 'interval';

/**
 * One kind and the function that reconciles it. The runtime does around it what every kind repeats: get, finalizer,
 * suspend, requestedAt, observedGeneration, Reconciling and Stalled, status patch, events, metrics, the next time.
 */
export interface Kind<S extends CommonStatus = CommonStatus, T extends Reconciled<S> = Reconciled<S>> {
  readonly gvk: GroupVersionKind;
  /** Component of its events, such as `source-controller`. */
  readonly controller: string;
  /** Reconciled objects carry it; absent: none is added and deletion is not handled. */
  readonly finalizer?: string;
  readonly concurrency?: number;
  readonly triggers: readonly Trigger[];
  /** Milliseconds to the next run after a run that went well, before jitter. */
  intervalMs(object: T): number;
  reconcile(object: T, ctx: Context<S>): Promise<Outcome<S>>;
  /** Cleans up behind a deleted object. The finalizer is removed when the outcome is `done`. Also runs while suspended. */
  finalize?(object: T, ctx: Context<S>): Promise<Outcome<S>>;
  /** Ready and the like, computed from the other conditions once at the end of a run. @see source.md §2.5 */
  summarize?(conditions: readonly Condition[], object: T, now: Date): Condition[];
}

/** What, besides its own objects, adds keys of a kind to the queue. */
export type Trigger =
  | {
      readonly type: 'watch';
      readonly gvk: GroupVersionKind;
      /** Watches only these objects, or only their metadata. `Context.read` then asks the server rather than the watch. */
      readonly labelSelector?: string;
      readonly metadataOnly?: boolean;
      /** Is this change worth a look at all? `old` is absent for a new object, `next` for a deleted one. */
      changed(old: KubeObject | undefined, next: KubeObject | undefined): boolean;
      /**
       * Keys of the kind that `object` concerns, in the order to add them.
       * @param own the cached objects of the kind
       * @param old `object` before the change; `undefined` when it is new, or gone
       */
      map(object: KubeObject, own: readonly KubeObject[], old?: KubeObject): readonly ObjectKey[];
    }
  | {
      /** A source of its own, such as the drift watch. Runs on every replica; `enqueue` does nothing but on the leader. */
      readonly type: 'source';
      start(
        deps: {
          readonly kube: KubeClient;
          readonly own: () => readonly KubeObject[];
          readonly enqueue: (key: ObjectKey, level: Level) => void;
        },
        signal: AbortSignal,
      ): Promise<void>;
    };

/** What a reconcile may use of the world. Nothing else tells it the time, chance or identity. */
export interface Context<S extends CommonStatus = CommonStatus> {
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly kube: KubeClient;
  /** What asked for this run: the strongest request that it answers. */
  readonly level: Level;
  now(): Date;
  /** In [0, 1). */
  random(): number;
  /** Monotonic milliseconds, for durations. */
  elapsedMs(): number;
  /** Reads another object: from the watch cache where its kind is watched, else live. */
  read<T extends KubeObject>(gvk: GroupVersionKind, key: ObjectKey): Promise<T | undefined>;
  /** The status as last read or written in this run. */
  status(): S;
  /**
   * Writes status in mid-run; the only write of its own object that a reconcile makes. Writes nothing when nothing differs.
   * Throws `Fenced` when the object was changed, suspended or deleted meanwhile; a reconcile lets that pass.
   */
  progress(status: S): Promise<void>;
  /** Sends an event about the object at once. Events that belong to the outcome go with the outcome. */
  event(event: ReconcileEvent): void;
  /**
   * Throws `Fenced` unless this run may still act: lock fresh by the monotonic clock, same uid and generation, not
   * suspended, not deleted, process not shutting down. Call before each stage, prune and push.
   * @param options `live`: asks the server instead of the watch; for what cannot be undone, such as a prune or a push
   */
  fence(options?: { readonly live?: boolean }): Promise<void>;
  /** Marks a numbered step of a crash table; does nothing outside tests. */
  failpoint(name: string): Promise<void>;
  /** Adds this object's key again when `object` changes: a durable wait that holds no worker. Joined for 1 s. */
  wakeOn(objects: readonly { readonly gvk: GroupVersionKind; readonly key: ObjectKey }[]): void;
}

export interface ReconcileEvent {
  readonly severity: 'info' | 'error' | 'trace';
  readonly reason: string;
  readonly message: string;
  /** Become annotations of the Kubernetes Event. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * How a run ended. `status` is the whole next status; the runtime writes only what differs from the stored one and adds
 * observedGeneration, lastHandledReconcileAt, Reconciling, Stalled (see conditions.ts), and for a kind without `summarize`
 * Ready=False after a failure.
 *
 * A returned outcome sends exactly its `events`. A thrown `ReconcileError` is `retry` or `stalled` by its own `retry`, on
 * the status last read or written, with its `condition` set, and sends one event of its reason and message. Anything else
 * that is thrown is a `retry` with the reason `Failed`.
 */
export type Outcome<S extends CommonStatus = CommonStatus> =
  /** All is as it should be: Reconciling and Stalled go, the generation is observed. */
  | {
      readonly type: 'done';
      readonly status: S;
      readonly events?: readonly ReconcileEvent[];
      readonly afterMs?: number;
    }
  /** Nothing had to be done: nothing is written, no event is sent. */
  | { readonly type: 'unchanged'; readonly afterMs?: number }
  /** Not finished: runs again at `until`, or as soon as one of what `wakeOn` named changes. Holds no worker. */
  | { readonly type: 'waiting'; readonly status: S; readonly until: Date; readonly events?: readonly ReconcileEvent[] }
  /** Failed for now. Without `afterMs` the delay grows with each failure in a row. */
  | {
      readonly type: 'retry';
      readonly status: S;
      readonly reason: string;
      readonly message: string;
      readonly afterMs?: number;
      readonly events?: readonly ReconcileEvent[];
    }
  /** Failed until the object changes. */
  | {
      readonly type: 'stalled';
      readonly status: S;
      readonly reason: string;
      readonly message: string;
      readonly observed?: boolean;
      readonly events?: readonly ReconcileEvent[];
    };

/** A constant sentence, and what varies in fields. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** This run may no longer act: it ends without an outcome, and the key is added again if it is still wanted. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

import { formatKey, type ObjectKey } from '@sluice/api';
import { DueTimes, type Due } from './due-times.ts';
import { Heap } from './heap.ts';
import { NamespaceTags, orderNumber } from './order.ts';
import {
  backoffMs,
  defaultBackoff,
  strongest,
  type Backoff,
  type Level,
  type QueueOptions,
  type QueueStats,
  type Run,
  type RunHandler,
  type RunResult,
  type WorkQueue,
} from './queue.ts';

/** The queue of one process, for local mode and for a lease holder without Redis. Nothing outlives the process. */
export function createInProcessQueue(options: QueueOptions = {}): WorkQueue {
  return new InProcessQueue(options);
}

const dayMs = 86_400_000;
/** How long `close` waits for runs that it has aborted. */
const abortGraceMs = 500;

/** A wish for a run. */
interface Wish {
  readonly level: Level;
  readonly order: number;
  readonly sinceMs: number;
}

/** A wish in the heap of its kind. `gone` once a stronger wish has taken its place. */
interface Ticket extends Wish {
  readonly entry: Entry;
  readonly sequence: number;
  gone: boolean;
}

/** All that is known of a key. Dropped as soon as it says nothing. */
interface Entry {
  readonly kind: KindQueue;
  readonly key: ObjectKey;
  waiting?: Ticket | undefined;
  running?: AbortController | undefined;
  /** The run to start when the running one has ended. */
  followUp?: Wish | undefined;
  due?: Due<Entry> | undefined;
  resourceVersion?: string | undefined;
  failures: number;
}

interface KindQueue {
  readonly name: string;
  readonly entries: Map<string, Entry>;
  readonly heap: Heap<Ticket>;
  handler?: RunHandler;
  concurrency: number;
  running: number;
  waiting: number;
  startScheduled: boolean;
}

class InProcessQueue implements WorkQueue {
  readonly #kinds = new Map<string, KindQueue>();
  readonly #tags = new NamespaceTags();
  readonly #due: DueTimes<Entry>;
  readonly #backoff: Backoff;
  readonly #onFailure: NonNullable<QueueOptions['onFailure']>;
  readonly #runs = new Set<Promise<void>>();
  #epochMs = performance.now();
  #sequence = 0;
  #paused = false;
  #closed = false;

  constructor({ backoff = defaultBackoff, onFailure = () => {} }: QueueOptions) {
    this.#backoff = backoff;
    this.#onFailure = onFailure;
    this.#due = new DueTimes((entry) => {
      entry.due = undefined;
      this.#wish(entry, 'interval');
    });
  }

  async add(kind: string, key: ObjectKey, level: Level, resourceVersion?: string): Promise<void> {
    if (this.#closed) return;
    const entry = this.#entry(kind, key);
    if (resourceVersion !== undefined) entry.resourceVersion = resourceVersion;
    this.#wish(entry, level);
  }

  async addAfter(kind: string, key: ObjectKey, delayMs: number): Promise<void> {
    if (!this.#closed) this.#setDue(this.#entry(kind, key), delayMs);
  }

  async forget(kind: string, key: ObjectKey): Promise<void> {
    const entry = this.#kind(kind).entries.get(formatKey(key));
    if (entry === undefined) return;
    this.#clearDue(entry);
    entry.failures = 0;
    dropIfEmpty(entry);
  }

  process(kind: string, { concurrency }: { readonly concurrency: number }, handler: RunHandler): void {
    const queue = this.#kind(kind);
    if (queue.handler !== undefined) throw new Error(`queue: '${kind}' is already processed`);
    queue.handler = handler;
    queue.concurrency = concurrency;
    this.#scheduleStarts(queue);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const kind of this.#kinds.values()) this.#scheduleStarts(kind);
  }

  async close(drainMs: number): Promise<void> {
    this.#closed = true;
    this.#due.clear();
    const ended = Promise.all(this.#runs);
    if (await settledWithin(ended, drainMs)) return;
    for (const entry of this.#allEntries()) entry.running?.abort(new Error('the queue is closing'));
    await settledWithin(ended, abortGraceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close(0);
  }

  async stats(kind: string): Promise<QueueStats> {
    const queue = this.#kind(kind);
    const nowMs = performance.now();
    let delayed = 0;
    let oldestMs = 0;
    for (const { due, waiting } of queue.entries.values()) {
      if (due !== undefined) delayed += 1;
      if (waiting !== undefined) oldestMs = Math.max(oldestMs, nowMs - waiting.sinceMs);
    }
    return { waiting: queue.waiting, running: queue.running, delayed, oldestMs };
  }

  #wish(entry: Entry, level: Level): void {
    const nowMs = performance.now();
    this.#moveEpoch(nowMs);
    const { namespace } = entry.key;
    const tagMs = this.#tags.tag(namespace, nowMs);
    const wish = { level, order: orderNumber(level, tagMs, this.#epochMs), sinceMs: nowMs };
    const present = entry.running === undefined ? entry.waiting : entry.followUp;
    if (present === undefined) this.#tags.spend(namespace, tagMs, nowMs);
    if (entry.running === undefined) this.#wait(entry, merge(entry.waiting, wish));
    else entry.followUp = merge(entry.followUp, wish);
  }

  #wait(entry: Entry, wish: Wish): void {
    const old = entry.waiting;
    const { kind } = entry;
    if (old !== undefined && old.level === wish.level && old.order === wish.order) return;
    if (old === undefined) kind.waiting += 1;
    else old.gone = true;
    entry.waiting = { ...wish, entry, sequence: this.#sequence++, gone: false };
    kind.heap.push(entry.waiting);
    this.#scheduleStarts(kind);
  }

  /** Starts runs in a later turn, so that adding never calls a handler and a long backlog leaves the event loop free. */
  #scheduleStarts(kind: KindQueue): void {
    if (kind.startScheduled || !this.#mayStart(kind)) return;
    kind.startScheduled = true;
    setImmediate(() => {
      kind.startScheduled = false;
      while (this.#mayStart(kind)) this.#start(kind);
    });
  }

  #mayStart(kind: KindQueue): boolean {
    const open = !this.#paused && !this.#closed && kind.handler !== undefined;
    return open && kind.waiting > 0 && kind.running < kind.concurrency;
  }

  #start(kind: KindQueue): void {
    const ticket = kind.heap.pop();
    if (ticket === undefined || ticket.gone) return;
    const { entry } = ticket;
    entry.waiting = undefined;
    kind.waiting -= 1;
    const controller = new AbortController();
    entry.running = controller;
    kind.running += 1;
    this.#clearDue(entry);
    const run = this.#run(entry, ticket, controller).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  async #run(entry: Entry, ticket: Ticket, { signal }: AbortController): Promise<void> {
    const result = await this.#call(entry, {
      key: entry.key,
      level: ticket.level,
      resourceVersion: entry.resourceVersion,
      waitedMs: performance.now() - ticket.sinceMs,
      failures: entry.failures,
      signal,
      lockAgeMs: () => 0,
      isOwned: () => !signal.aborted,
    });
    this.#end(entry, result);
  }

  async #call(entry: Entry, run: Run): Promise<RunResult> {
    entry.resourceVersion = undefined;
    try {
      return await entry.kind.handler!(run);
    } catch (error) {
      this.#onFailure(error, entry.kind.name, entry.key);
      return { failed: true };
    }
  }

  #end(entry: Entry, { failed = false, afterMs, maxBackoffMs = Infinity }: RunResult): void {
    const { kind, followUp } = entry;
    entry.failures = failed ? entry.failures + 1 : 0;
    const nextMs = failed ? Math.min(backoffMs(entry.failures, this.#backoff), maxBackoffMs) : afterMs;
    entry.running = undefined;
    entry.followUp = undefined;
    kind.running -= 1;
    if (nextMs !== undefined && !this.#closed) this.#setDue(entry, nextMs);
    if (followUp !== undefined) this.#wait(entry, followUp);
    dropIfEmpty(entry);
    this.#scheduleStarts(kind);
  }

  #setDue(entry: Entry, delayMs: number): void {
    const atMs = performance.now() + Math.max(delayMs, 0);
    if (entry.due !== undefined && entry.due.atMs <= atMs) return;
    this.#clearDue(entry);
    entry.due = this.#due.set(entry, atMs);
  }

  #clearDue(entry: Entry): void {
    if (entry.due !== undefined) this.#due.cancel(entry.due);
    entry.due = undefined;
  }

  /** Order numbers end 24 days after the epoch; it moves whenever nothing waits that it could put out of order. */
  #moveEpoch(nowMs: number): void {
    if (nowMs - this.#epochMs < dayMs) return;
    for (const kind of this.#kinds.values()) if (kind.waiting > 0) return;
    this.#epochMs = nowMs;
  }

  #kind(name: string): KindQueue {
    return this.#kinds.getOrInsertComputed(name, () => ({
      name,
      entries: new Map(),
      heap: new Heap<Ticket>((a, b) => a.order < b.order || (a.order === b.order && a.sequence < b.sequence)),
      concurrency: 0,
      running: 0,
      waiting: 0,
      startScheduled: false,
    }));
  }

  #entry(kindName: string, key: ObjectKey): Entry {
    const kind = this.#kind(kindName);
    return kind.entries.getOrInsertComputed(formatKey(key), () => ({ kind, key, failures: 0 }));
  }

  *#allEntries(): Iterable<Entry> {
    for (const kind of this.#kinds.values()) yield* kind.entries.values();
  }
}

/** The stronger of two wishes, as old as the older one. */
function merge(old: Wish | undefined, next: Wish): Wish {
  if (old === undefined) return next;
  return { level: strongest(old.level, next.level), order: Math.min(old.order, next.order), sinceMs: old.sinceMs };
}

function dropIfEmpty({ kind, key, waiting, running, due, failures }: Entry): void {
  if (waiting === undefined && running === undefined && due === undefined && failures === 0) {
    kind.entries.delete(formatKey(key));
  }
}

async function settledWithin(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), limitMs);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

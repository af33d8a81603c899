import { keyOf, type GroupVersionKind, type KubeObject, type ObjectKey } from '@sluice/api';
import { isNewer } from '@sluice/kube';
import type { Run } from '@sluice/queue';
import { fieldManagerOf } from './field-manager.ts';
import { Fenced, type CommonStatus, type Context, type ReconcileEvent, type Reconciled } from './kind.ts';
import { withRedactor } from './logger.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { withSeenSecrets } from './seen-secrets.ts';
import { writeStatus, type StatusTarget } from './status-writer.ts';
import type { Worker } from './worker.ts';

/** The lock may be this old; whoever holds an older one may have lost it unawares. */
const maxLockAgeMs = 20_000;

/** One run over one object: what it began with, and what it has written so far. */
export class Session {
  /** The object as it was when the run began. What the run decides is about this. */
  readonly object: Reconciled;
  readonly key: ObjectKey;
  readonly redact: Redactor;
  readonly ctx: Context;
  readonly #worker: Worker;
  readonly #run: Run;
  #stored: Reconciled;

  constructor(worker: Worker, run: Run, object: Reconciled) {
    this.#worker = worker;
    this.#run = run;
    this.object = object;
    this.key = keyOf(object);
    this.#stored = object;
    this.redact = createRedactor(worker.redact);
    this.ctx = this.#createContext();
  }

  /** The status as last read or written. */
  get status(): CommonStatus {
    return this.#stored.status ?? {};
  }

  /** Takes over what the server answered to a write of the object. */
  accept(stored: Reconciled): void {
    this.#stored = stored;
    this.#worker.cache.put(stored);
  }

  /** Writes what differs in the status. @returns `false` when the object is gone */
  async write(next: CommonStatus, purpose: StatusTarget['purpose']): Promise<boolean> {
    const { kube, resource, kind } = this.#worker;
    const generation = this.object.metadata.generation ?? 0;
    const target = { kube, resource, fieldManager: fieldManagerOf(kind), generation, purpose };
    const before = this.#stored;
    const stored = await writeStatus(target, before, this.#clean(next));
    if (stored !== undefined && stored !== before) this.accept(stored);
    return stored !== undefined;
  }

  send(events: readonly ReconcileEvent[] | undefined): void {
    for (const event of events ?? []) this.#worker.sendEvent(this.#stored, this.#cleanEvent(event));
  }

  /** @throws Fenced */
  async fence(live = false): Promise<void> {
    if (this.#worker.isStopping()) throw new Fenced('the process is shutting down');
    if (!this.#run.isOwned() || this.#run.lockAgeMs() > maxLockAgeMs) throw new Fenced('the lock was lost');
    const now = await this.#readNow(live);
    const { uid, generation } = this.object.metadata;
    if (now === undefined || now.metadata.uid !== uid) throw new Fenced('the object is gone');
    if (now.metadata.generation !== generation) throw new Fenced('the object was changed');
    if (now.metadata.deletionTimestamp !== this.object.metadata.deletionTimestamp)
      throw new Fenced('the object is deleted');
  }

  async #readNow(live: boolean): Promise<KubeObject | undefined> {
    const { kube, resource, cache } = this.#worker;
    const cached = cache.get(this.key);
    const isBehind = isNewer(this.object.metadata.resourceVersion, cached?.metadata.resourceVersion);
    return live || isBehind ? kube.get<Reconciled>(resource, this.key) : cached;
  }

  #createContext(): Context {
    const { kind, wakes, clock, random, failpoint, newId } = this.#worker;
    const { signal, level } = this.#run;
    const { name, namespace } = this.key;
    const kube = withSeenSecrets(this.#worker.kube, this.redact);
    const log = withRedactor(this.#worker.log, this.redact).child({
      controller: kind.gvk.kind.toLowerCase(),
      controllerGroup: kind.gvk.group,
      controllerKind: kind.gvk.kind,
      [kind.gvk.kind]: { name, namespace },
      namespace,
      name,
      reconcileID: newId(),
    });
    return {
      signal,
      log,
      kube,
      level,
      now: () => clock.now(),
      random,
      elapsedMs: () => clock.elapsedMs(),
      read: (gvk, key) => this.#read(gvk, key),
      status: () => this.status,
      progress: async (status) => {
        if (!(await this.write(status, 'progress'))) throw new Fenced('the object is gone');
      },
      event: (event) => this.send([event]),
      fence: (options) => this.fence(options?.live),
      failpoint,
      wakeOn: (objects) => wakes.wakeOn(kind.gvk.kind, this.key, objects),
    };
  }

  async #read<T extends KubeObject>(gvk: GroupVersionKind, key: ObjectKey): Promise<T | undefined> {
    const cached = this.#worker.cacheOf(gvk);
    // The caller knows the shape of the kind that it names.
    if (cached?.synced === true) return cached.get(key) as T | undefined;
    const resource = await this.ctx.kube.resource(gvk, this.ctx.signal);
    if (resource === undefined) return undefined;
    return this.ctx.kube.get<T>(resource, key, { signal: this.ctx.signal });
  }

  #clean(status: CommonStatus): CommonStatus {
    if (status.conditions === undefined) return status;
    const conditions = status.conditions.map((condition) => {
      const message = this.redact(condition.message);
      return message === condition.message ? condition : { ...condition, message };
    });
    return { ...status, conditions };
  }

  #cleanEvent(event: ReconcileEvent): ReconcileEvent {
    const metadata = Object.entries(event.metadata ?? {}).map(([key, value]) => [key, this.redact(value)]);
    return {
      ...event,
      message: this.redact(event.message),
      ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) as Record<string, string> }),
    };
  }
}

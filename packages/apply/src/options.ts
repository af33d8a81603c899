import type { KubeObject } from '@sluice/api';
import type { KubeClient } from '@sluice/kube';
import type { Change, InventoryEntry, Known, ObjectId, Observed } from '@sluice/plan';

/** What a run needs to carry out a plan. */
export interface ApplyOptions {
  /** Acts as whom the objects are applied as. */
  readonly kube: KubeClient;
  readonly signal: AbortSignal;
  now(): Date;
  /** Rejects when this run may act no longer. Asked before each stage. */
  fence(): Promise<void>;
  failpoint(name: string): Promise<void>;
  /** How the objects were left by the run before, by inventory id. */
  readonly known: ReadonlyMap<string, Known>;
  /** What a watch shows of an object now; `undefined` when it shows none, which proves nothing. */
  observe(id: ObjectId): Observed | undefined;
  /** Called once, before the first write, with all objects that may exist a moment later. */
  beforeWrite(entries: readonly InventoryEntry[]): Promise<void>;
  /** Delete and create again what cannot be changed. */
  readonly force?: boolean;
  /** How long to wait for a deleted object to be gone, in milliseconds. */
  readonly recreateTimeoutMs: number;
  readonly overrideManagers?: readonly string[];
  readonly customStageKinds?: ReadonlySet<string>;
  /** JSON pointers of an object's fields that others may change. */
  ignoredFields?(object: KubeObject): readonly string[];
  /** Inventory ids of objects for which to find out who changed what. */
  readonly explain?: ReadonlySet<string>;
}

/** What became of one object. */
export interface AppliedObject extends Change {
  /** How it was left; `undefined` for objects that are not ours to keep. */
  readonly known: Known | undefined;
  /** The whole object as the server answered with it; `undefined` when it did not have to be read. */
  readonly live: KubeObject | undefined;
  /** What had been changed by someone else; only for corrected objects of `explain`. */
  readonly drift: Drift | undefined;
}

export interface Drift {
  /** JSON pointer of the first difference, or the path of a field that was added beside ours. */
  readonly field: string;
  readonly manager: string | undefined;
}

/** A stage failed. Its own writes are not told of; what was tried is in the inventory given to `beforeWrite`. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError';
  /** Of the stages before, all objects. */
  readonly applied: readonly AppliedObject[];

  constructor(message: string, applied: readonly AppliedObject[], options?: ErrorOptions) {
    super(message, options);
    this.applied = applied;
  }
}

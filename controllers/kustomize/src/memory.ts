import type { ObjectKey } from '@sluice/api';
import { formatKey } from '@sluice/api';
import type { AppliedObject } from '@sluice/apply';
import { formatInventoryId, type Known, type ObjectId } from '@sluice/plan';

/**
 * What a run left behind, so that the next one can know without asking that nothing has to be done. Lost with the
 * process: then everything is built and compared again.
 */
export interface Remembered {
  /** Of the Kustomization: one of the same name created anew starts from nothing. */
  readonly uid: string;
  /** Hash of all that the build read. */
  readonly input: string;
  /** Digest of the manifests. */
  readonly digest: string;
  /** The applied objects by inventory id. */
  readonly objects: ReadonlyMap<string, RememberedObject>;
  /** Inventory ids of Jobs that remove themselves. */
  readonly selfRemoving: ReadonlySet<string>;
  /** Whether some were skipped: whether that is still right takes a look. */
  readonly hasSkipped: boolean;
  /** Whether the build read something outside of the artifact, whose changes nobody tells of. */
  readonly hasRemotes: boolean;
  /** resourceVersions at which objects were found healthy, by inventory id. */
  readonly healthyAt: ReadonlyMap<string, string>;
  /** Whether the run waits for health: then every change of an object may end the wait. */
  readonly isWaiting: boolean;
  /** Runs since then that found nothing to do, to be counted in the history when it is written next. */
  readonly quietRuns: number;
}

export interface RememberedObject {
  readonly id: ObjectId;
  /** API version without its group. */
  readonly version: string;
  readonly known: Known;
}

export class Memory {
  readonly #entries = new Map<string, Remembered>();

  get(key: ObjectKey): Remembered | undefined {
    return this.#entries.get(formatKey(key));
  }

  set(key: ObjectKey, remembered: Remembered): void {
    this.#entries.set(formatKey(key), remembered);
  }

  delete(key: ObjectKey): void {
    this.#entries.delete(formatKey(key));
  }

  values(): IteratorObject<Remembered> {
    return this.#entries.values();
  }
}

/** By inventory id; without what was skipped, which is not ours to keep as it is. */
export function rememberObjects(applied: readonly AppliedObject[]): Map<string, RememberedObject> {
  const objects = new Map<string, RememberedObject>();
  for (const { id, version, known } of applied) {
    if (known !== undefined) objects.set(formatInventoryId(id), { id, version, known });
  }
  return objects;
}

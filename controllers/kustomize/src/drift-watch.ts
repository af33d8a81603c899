import {
  formatKey,
  keyOf,
  type GroupVersionKind,
  type KubeObject,
  type Kustomization,
  type ObjectKey,
} from '@sluice/api';
import {
  formatInventoryId,
  judgeDrift,
  tryParseInventoryId,
  type Known,
  type ObjectId,
  type Observed,
  type Verdict,
} from '@sluice/plan';
import type { Trigger } from '@sluice/runtime';
import { Fights } from './fights.ts';
import { FollowedKinds } from './followed-kinds.ts';
import type { Memory, Remembered } from './memory.ts';
import { intervalOf } from './spec.ts';
import { WakeTimers } from './wake-timers.ts';

export interface DriftWatchOptions {
  readonly overrideManagers: readonly string[];
  /** Whether a drifted object is put right as soon as it is seen, or with the interval. */
  readonly correctAtOnce: boolean;
  readonly onError: (error: unknown, kind: string) => void;
}

/**
 * Sees every change of the objects that were applied, and adds Kustomizations to the queue whose objects drifted or, while
 * they wait for health, changed at all. @see docs/adr/0003-drift-proof.md
 */
export class DriftWatch {
  readonly #memory: Memory;
  readonly #options: DriftWatchOptions;
  readonly #kinds: FollowedKinds;
  readonly #timers = new WakeTimers((key) => this.#enqueue(key));
  readonly #fights = new Fights();
  /** Kustomizations that a run works on, and whether something of theirs has changed meanwhile. */
  readonly #running = new Map<string, { touched: boolean }>();
  /**
   * Objects that were seen to have drifted since they were checked last. They stay drifted until they are checked again,
   * also when a later change makes them look intact: an apply under our own name can hide what came before.
   */
  readonly #suspects = new Set<string>();
  #own: () => readonly KubeObject[] = () => [];
  #enqueue: (key: ObjectKey) => void = () => {};

  constructor(memory: Memory, options: DriftWatchOptions) {
    this.#memory = memory;
    this.#options = options;
    this.#kinds = new FollowedKinds({ ...options, onChange: (id, old, next) => this.#changed(id, old, next) });
  }

  readonly trigger: Trigger = {
    type: 'source',
    start: async (deps, signal) => {
      this.#own = deps.own;
      this.#enqueue = (key) => deps.enqueue(key, 'change');
      signal.addEventListener('abort', () => this.#timers.clear(), { once: true });
      this.#kinds.start(deps.kube, signal);
      await this.#kinds.follow(deps.own().flatMap((object) => kindsOf(object as Kustomization)));
    },
  };

  follow(kinds: Iterable<GroupVersionKind>): Promise<void> {
    return this.#kinds.follow(kinds);
  }

  look(id: ObjectId): Observed | undefined {
    return this.#kinds.look(id);
  }

  put(objects: Iterable<KubeObject>): void {
    this.#kinds.put(objects);
  }

  /** The worst verdict on the objects of a run. */
  judge(key: ObjectKey, { objects }: Remembered): Verdict {
    let worst: Verdict = 'intact';
    for (const [inventoryId, { id, known }] of objects) {
      const verdict = this.isSuspect(key, inventoryId) ? 'drifted' : this.#judgeOne(id, known);
      if (verdict === 'drifted') return verdict;
      if (verdict === 'unproven') worst = verdict;
    }
    return worst;
  }

  /** Whether nothing that is remembered of an object may be relied on. */
  isSuspect(key: ObjectKey, inventoryId: string): boolean {
    return this.#suspects.has(objectName(key, inventoryId));
  }

  /** Objects that are changed back again and again. */
  foughtOver(key: ObjectKey, remembered: Remembered | undefined): Set<string> {
    const ids = [...(remembered?.objects.keys() ?? [])];
    return new Set(ids.filter((id) => this.#fights.isFought(objectName(key, id))));
  }

  /** While a run of `key` goes on, changes are its own or will be seen by `ended`. */
  began(key: ObjectKey): void {
    this.#running.set(formatKey(key), { touched: false });
    this.#timers.cancel(key);
  }

  /** @param wentWell after a failed run, drift waits for the next attempt */
  ended(key: ObjectKey, wentWell: boolean): void {
    const touched = this.#running.get(formatKey(key))?.touched === true;
    this.#running.delete(formatKey(key));
    if (!wentWell) return;
    this.#clearSuspects(key);
    const remembered = this.#memory.get(key);
    if (touched && remembered?.isWaiting === true) this.#timers.wakeJoined(key);
    for (const { id, known } of remembered?.objects.values() ?? []) this.#correct(key, id, known);
    this.#keepUsedKinds();
  }

  /** The Kustomization is gone. */
  forget(key: ObjectKey): void {
    this.#memory.delete(key);
    this.#timers.forget(key);
    this.#fights.forget(objectName(key, ''));
    this.#clearSuspects(key);
    this.#keepUsedKinds();
  }

  #changed(id: ObjectId, old: Observed | undefined, next: Observed | undefined): void {
    const seen = [old, next].filter((one) => one !== undefined);
    const owners = new Map(seen.map(({ owner }) => [formatKey(owner), owner]));
    for (const [name, owner] of owners) {
      const remembered = this.#memory.get(owner);
      const known = remembered?.objects.get(formatInventoryId(id))?.known;
      const running = this.#running.get(name);
      if (running !== undefined) running.touched = true;
      if (running !== undefined || known === undefined) continue;
      if (remembered?.isWaiting === true) this.#timers.wakeJoined(owner);
      this.#correct(owner, id, known);
    }
  }

  #clearSuspects(key: ObjectKey): void {
    const prefix = objectName(key, '');
    for (const suspect of this.#suspects) if (suspect.startsWith(prefix)) this.#suspects.delete(suspect);
  }

  #keepUsedKinds(): void {
    const remembered = this.#memory.values().flatMap(({ objects }) => objects.values().map(({ id }) => id));
    // After a start, the others have not had their first run yet.
    const others = this.#own().filter((object) => this.#memory.get(keyOf(object)) === undefined);
    this.#kinds.keepOnly([...remembered, ...others.flatMap((object) => kindsOf(object as Kustomization))]);
  }

  #judgeOne(id: ObjectId, known: Known): Verdict {
    const observed = this.#kinds.look(id);
    if (observed === undefined && !this.#kinds.isComplete(id)) return 'unproven';
    return judgeDrift(known, observed);
  }

  #correct(key: ObjectKey, id: ObjectId, known: Known): void {
    const name = objectName(key, formatInventoryId(id));
    // One drift shows in several changes, and counts once.
    if (this.#suspects.has(name) || this.#judgeOne(id, known) !== 'drifted') return;
    this.#suspects.add(name);
    if (!this.#options.correctAtOnce) return;
    this.#timers.wakeAfter(key, this.#fights.delay(name, performance.now(), this.#intervalOf(key)));
  }

  #intervalOf({ name, namespace }: ObjectKey): number {
    const own = this.#own().find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    return own === undefined ? Infinity : intervalOf(own as Kustomization);
  }
}

/** Kinds in the inventory. Ids that cannot be read are told of when they are pruned. */
function kindsOf({ status }: Kustomization): GroupVersionKind[] {
  return (status?.inventory?.entries ?? []).flatMap(({ id, v }) => {
    const parsed = tryParseInventoryId(id);
    return parsed === undefined ? [] : [{ group: parsed.group, version: v, kind: parsed.kind }];
  });
}

function objectName(key: ObjectKey, inventoryId: string): string {
  return `${formatKey(key)}#${inventoryId}`;
}

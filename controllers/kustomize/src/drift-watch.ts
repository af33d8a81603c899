import { formatKey, type GroupVersionKind, type KubeObject, type Kustomization, type ObjectKey } from '@sluice/api';
import { reflect, type KubeClient, type Reflector, type Stored } from '@sluice/kube';
import {
  formatInventoryId,
  judgeDrift,
  observe,
  ownerNameLabel,
  tryParseInventoryId,
  type Known,
  type ObjectId,
  type Observed,
  type Verdict,
} from '@sluice/plan';
import type { Trigger } from '@sluice/runtime';
import { Fights } from './fights.ts';
import type { Memory, Remembered } from './memory.ts';
import { intervalOf } from './spec.ts';

/** What is kept of a watched object. */
interface Watched extends Stored {
  readonly observed: Observed;
}

interface Following {
  readonly reflector: Reflector<Watched>;
  readonly stop: AbortController;
  isReady: boolean;
}

interface Started {
  readonly kube: KubeClient;
  readonly own: () => readonly KubeObject[];
  enqueue(key: ObjectKey): void;
  readonly signal: AbortSignal;
}

export interface DriftWatchOptions {
  readonly overrideManagers: readonly string[];
  /** Whether a drifted object is put right as soon as it is seen, or with the interval. */
  readonly correctAtOnce: boolean;
  readonly onError: (error: unknown, kind: string) => void;
}

// Objects change in bursts while they start; the first change of a burst is looked at soon.
const firstWakeMs = 100;
const nextWakeMs = 1000;

/**
 * Sees every change of the objects that were applied: one watch of metadata per kind, reduced to what the verdict on
 * drift needs. Adds Kustomizations to the queue whose objects drifted or, while they wait for health, changed at all.
 */
export class DriftWatch {
  readonly #memory: Memory;
  readonly #options: DriftWatchOptions;
  readonly #fights = new Fights();
  readonly #following = new Map<string, Following>();
  /** Kustomizations that a run works on, and whether something of theirs has changed meanwhile. */
  readonly #running = new Map<string, { touched: boolean }>();
  /**
   * Objects that were seen to have drifted since they were checked last. They stay drifted until they are checked again,
   * also when a later change makes them look intact: an apply under our own name can hide what came before.
   */
  readonly #suspects = new Set<string>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly at: number }>();
  readonly #lastWake = new Map<string, number>();
  #started: Started | undefined;

  constructor(memory: Memory, options: DriftWatchOptions) {
    this.#memory = memory;
    this.#options = options;
  }

  readonly trigger: Trigger = {
    type: 'source',
    start: async (deps, signal) => {
      const { kube, own } = deps;
      this.#started = { kube, own, enqueue: (key) => deps.enqueue(key, 'change'), signal };
      signal.addEventListener('abort', () => this.#stop(), { once: true });
      await this.follow(own().flatMap((object) => kindsOf(object as Kustomization)));
    },
  };

  /** Watches these kinds from now on. Kinds that the server does not serve are left out. */
  async follow(kinds: Iterable<GroupVersionKind>): Promise<void> {
    for (const gvk of kinds) {
      const started = this.#started;
      const name = kindName(gvk);
      if (started === undefined || started.signal.aborted || this.#following.has(name)) continue;
      const resource = await started.kube.resource(gvk, started.signal);
      if (resource === undefined || this.#following.has(name)) continue;
      const stop = new AbortController();
      const following: Following = {
        isReady: false,
        stop,
        reflector: reflect<Watched>(started.kube, resource, {
          labelSelector: ownerNameLabel,
          metadataOnly: true,
          transform: (object) => this.#reduce(object),
          onChange: (old, next) => this.#changed(gvk, old, next),
          onError: (error) => this.#options.onError(error, name),
          signal: AbortSignal.any([started.signal, stop.signal]),
        }),
      };
      this.#following.set(name, following);
      following.reflector.ready.then(
        () => (following.isReady = true),
        () => {}, // aborted before the first list
      );
    }
  }

  look(id: ObjectId): Observed | undefined {
    return this.#following.get(kindName(id))?.reflector.get(id)?.observed;
  }

  /** Takes the answers to our own writes, which the watch brings a moment later. */
  put(objects: Iterable<KubeObject>): void {
    for (const object of objects) {
      const group = object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : '';
      this.#following.get(kindName({ group, kind: object.kind }))?.reflector.put(object);
    }
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
    return this.#suspects.has(fightName(key, inventoryId));
  }

  /** Objects that are changed back again and again. */
  foughtOver(key: ObjectKey, remembered: Remembered | undefined): Set<string> {
    const ids = [...(remembered?.objects.keys() ?? [])];
    return new Set(ids.filter((id) => this.#fights.isFought(fightName(key, id))));
  }

  /** While a run of `key` goes on, changes are its own or will be seen by `ended`. */
  began(key: ObjectKey): void {
    this.#running.set(formatKey(key), { touched: false });
    this.#clearTimer(formatKey(key));
  }

  /** @param wentWell after a failed run, drift waits for the next attempt */
  ended(key: ObjectKey, wentWell: boolean): void {
    const touched = this.#running.get(formatKey(key))?.touched === true;
    this.#running.delete(formatKey(key));
    if (!wentWell) return;
    const prefix = fightName(key, '');
    for (const suspect of this.#suspects) if (suspect.startsWith(prefix)) this.#suspects.delete(suspect);
    const remembered = this.#memory.get(key);
    if (touched && remembered?.isWaiting === true) this.#wakeSoon(key);
    for (const { id, known } of remembered?.objects.values() ?? []) this.#correct(key, id, known);
    this.#forgetUnused();
  }

  #reduce(object: KubeObject): Watched {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    return {
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        ...(uid !== undefined && { uid }),
        ...(resourceVersion !== undefined && { resourceVersion }),
      },
      observed: observe(object.metadata, this.#options.overrideManagers),
    };
  }

  #changed(gvk: GroupVersionKind, old: Watched | undefined, next: Watched | undefined): void {
    const { name, namespace = '' } = (next ?? old)!.metadata;
    const id: ObjectId = { group: gvk.group, kind: gvk.kind, namespace, name };
    const owners = new Map(
      [old, next].flatMap((one) => (one === undefined ? [] : [[formatKey(one.observed.owner), one.observed.owner]])),
    );
    for (const owner of owners.values()) {
      const remembered = this.#memory.get(owner);
      const known = remembered?.objects.get(formatInventoryId(id))?.known;
      const running = this.#running.get(formatKey(owner));
      if (running !== undefined) running.touched = true;
      if (running !== undefined || known === undefined) continue;
      if (remembered?.isWaiting === true) this.#wakeSoon(owner);
      this.#correct(owner, id, known);
    }
  }

  #judgeOne(id: ObjectId, known: Known): Verdict {
    const following = this.#following.get(kindName(id));
    const observed = following?.reflector.get(id)?.observed;
    if (observed === undefined && following?.isReady !== true) return 'unproven';
    return judgeDrift(known, observed);
  }

  #correct(key: ObjectKey, id: ObjectId, known: Known): void {
    const name = fightName(key, formatInventoryId(id));
    // One drift shows in several changes, and counts once.
    if (this.#suspects.has(name) || this.#judgeOne(id, known) !== 'drifted') return;
    this.#suspects.add(name);
    if (!this.#options.correctAtOnce) return;
    this.#wakeAfter(key, this.#fights.delay(name, performance.now(), this.#intervalOf(key)));
  }

  #wakeSoon(key: ObjectKey): void {
    const since = performance.now() - (this.#lastWake.get(formatKey(key)) ?? -Infinity);
    this.#wakeAfter(key, Math.max(firstWakeMs, nextWakeMs - since));
  }

  #wakeAfter(key: ObjectKey, delayMs: number): void {
    const name = formatKey(key);
    const at = performance.now() + delayMs;
    if ((this.#timers.get(name)?.at ?? Infinity) <= at) return;
    this.#clearTimer(name);
    const wake = () => {
      this.#timers.delete(name);
      this.#lastWake.set(name, performance.now());
      this.#started?.enqueue(key);
    };
    this.#timers.set(name, { timer: setTimeout(wake, delayMs), at });
  }

  #clearTimer(name: string): void {
    clearTimeout(this.#timers.get(name)?.timer);
    this.#timers.delete(name);
  }

  #intervalOf(key: ObjectKey): number {
    const { name, namespace } = key;
    const own = this.#started?.own().find((o) => o.metadata.name === name && o.metadata.namespace === namespace);
    return own === undefined ? Infinity : intervalOf(own as Kustomization);
  }

  #forgetUnused(): void {
    const used = new Set<string>();
    for (const { objects } of this.#memory.values()) for (const { id } of objects.values()) used.add(kindName(id));
    for (const [name, following] of this.#following) {
      if (used.has(name)) continue;
      following.stop.abort();
      this.#following.delete(name);
    }
  }

  #stop(): void {
    for (const name of this.#timers.keys()) this.#clearTimer(name);
    this.#following.clear();
  }
}

/** Kinds in the inventory. Ids that cannot be read are told of when they are pruned. */
function kindsOf({ status }: Kustomization): GroupVersionKind[] {
  return (status?.inventory?.entries ?? []).flatMap(({ id, v }) => {
    const parsed = tryParseInventoryId(id);
    return parsed === undefined ? [] : [{ group: parsed.group, version: v, kind: parsed.kind }];
  });
}

function kindName({ group, kind }: Pick<GroupVersionKind, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}

function fightName(key: ObjectKey, id: string): string {
  return `${formatKey(key)}#${id}`;
}

import { gvkOf, type GroupVersionKind, type KubeObject } from '@sluice/api';
import { reflect, type KubeClient, type Reflector, type Stored } from '@sluice/kube';
import { observe, ownerNameLabel, type ObjectId, type Observed } from '@sluice/plan';

/** What is kept of a watched object. */
interface Watched extends Stored {
  readonly observed: Observed;
}

interface Following {
  readonly reflector: Reflector<Watched>;
  readonly stop: AbortController;
  isReady: boolean;
}

export interface FollowOptions {
  readonly overrideManagers: readonly string[];
  readonly onError: (error: unknown, kind: string) => void;
  /** Called for each change of an object, with the state before and after it. */
  readonly onChange: (id: ObjectId, old: Observed | undefined, next: Observed | undefined) => void;
}

/** Watches of metadata, one per kind, of the objects that carry our owner labels; each reduced on receipt. */
export class FollowedKinds {
  readonly #options: FollowOptions;
  readonly #following = new Map<string, Following>();
  #kube: KubeClient | undefined;
  #signal = AbortSignal.abort();

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  start(kube: KubeClient, signal: AbortSignal): void {
    this.#kube = kube;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#following.clear(), { once: true });
  }

  /** Watches these kinds from now on. Does not wait for their lists; leaves out what the server does not serve. */
  async follow(kinds: Iterable<GroupVersionKind>): Promise<void> {
    for (const gvk of kinds) {
      const name = kindName(gvk);
      if (this.#kube === undefined || this.#signal.aborted || this.#following.has(name)) continue;
      const resource = await this.#kube.resource(gvk, this.#signal);
      if (resource === undefined || this.#following.has(name)) continue;
      const stop = new AbortController();
      const reflector = reflect<Watched>(this.#kube, resource, {
        labelSelector: ownerNameLabel,
        metadataOnly: true,
        transform: (object) => this.#reduce(object),
        onChange: (old, next) => this.#changed(gvk, old, next),
        onError: (error) => this.#options.onError(error, name),
        signal: AbortSignal.any([this.#signal, stop.signal]),
      });
      const following: Following = { isReady: false, stop, reflector };
      this.#following.set(name, following);
      reflector.ready.then(
        () => (following.isReady = true),
        () => {}, // stopped before the first list
      );
    }
  }

  look(id: ObjectId): Observed | undefined {
    return this.#following.get(kindName(id))?.reflector.get(id)?.observed;
  }

  /** Whether an object that is not seen is not there. */
  isComplete(kind: Pick<GroupVersionKind, 'group' | 'kind'>): boolean {
    return this.#following.get(kindName(kind))?.isReady === true;
  }

  /** Takes the answers to our own writes, which the watch brings a moment later. */
  put(objects: Iterable<KubeObject>): void {
    for (const object of objects) this.#following.get(kindName(gvkOf(object)))?.reflector.put(object);
  }

  /** Stops the watches of all other kinds. */
  keepOnly(kinds: Iterable<Pick<GroupVersionKind, 'group' | 'kind'>>): void {
    const used = new Set(Iterator.from(kinds).map(kindName));
    for (const [name, { stop }] of this.#following) {
      if (used.has(name)) continue;
      stop.abort();
      this.#following.delete(name);
    }
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

  #changed({ group, kind }: GroupVersionKind, old: Watched | undefined, next: Watched | undefined): void {
    const { name, namespace = '' } = (next ?? old)!.metadata;
    this.#options.onChange({ group, kind, namespace, name }, old?.observed, next?.observed);
  }
}

function kindName({ group, kind }: Pick<GroupVersionKind, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}

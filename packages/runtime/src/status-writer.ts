import { keyOf } from '@sluice/api';
import { KubeError, type KubeClient, type Resource } from '@sluice/kube';
import { Fenced, type CommonStatus, type Reconciled } from './kind.ts';
import { buildMergePatch, rebaseStatus } from './status-patch.ts';

const maxAttempts = 5;

export interface StatusTarget {
  readonly kube: KubeClient;
  readonly resource: Resource;
  readonly fieldManager: string;
  /** The generation that the run works on. */
  readonly generation: number;
  /** `progress` gives up when the object has moved on; the result of a run is written all the same. */
  readonly purpose: 'progress' | 'result';
}

/**
 * Writes what differs between the stored status and `next`, on condition that nobody has written since. After a conflict
 * it reads again and carries our change over, as long as it is the same object.
 * @param stored the object as last read or written
 * @returns the object as stored now; `stored` itself when nothing differed; `undefined` when it is gone, or when the
 *   result of a newer generation is already there
 * @throws Fenced in progress, when the object was changed, suspended or deleted; `KubeError` 409 after five conflicts
 */
export async function writeStatus(
  target: StatusTarget,
  stored: Reconciled,
  next: CommonStatus,
): Promise<Reconciled | undefined> {
  const base = stored.status ?? {};
  let [current, wanted]: [Reconciled, CommonStatus] = [stored, next];
  for (let attempt = 1; ; attempt++) {
    const status = buildMergePatch(current.status ?? {}, wanted);
    if (status === undefined) return current;
    try {
      return await patchStatus(target, current, status);
    } catch (error) {
      if (isCode(error, 404)) return undefined;
      if (!isCode(error, 409) || attempt === maxAttempts) throw error;
    }
    const fresh = await target.kube.get<Reconciled>(target.resource, keyOf(stored));
    if (fresh === undefined || !mayWrite(target, stored, fresh)) return undefined;
    current = fresh;
    wanted = rebaseStatus(base, next, fresh.status ?? {});
  }
}

function patchStatus(target: StatusTarget, { metadata }: Reconciled, status: object): Promise<Reconciled> {
  const { kube, resource, fieldManager } = target;
  const key = { namespace: metadata.namespace ?? '', name: metadata.name };
  const patch = { metadata: { resourceVersion: metadata.resourceVersion }, status };
  return kube.patch(resource, key, patch, { type: 'merge', subresource: 'status', fieldManager });
}

function mayWrite({ purpose, generation }: StatusTarget, stored: Reconciled, fresh: Reconciled): boolean {
  if (fresh.metadata.uid !== stored.metadata.uid) return false;
  if (purpose === 'result') return (fresh.status?.observedGeneration ?? 0) <= generation;
  if (fresh.metadata.generation !== generation) throw new Fenced('the object was changed');
  if (fresh.metadata.deletionTimestamp !== undefined) throw new Fenced('the object is being deleted');
  if (fresh.spec.suspend === true) throw new Fenced('the object was suspended');
  return true;
}

function isCode(error: unknown, code: number): boolean {
  return error instanceof KubeError && error.code === code;
}

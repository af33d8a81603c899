import type { KubeObject, ObjectKey } from '@sluice/api';
import type { KubeClient, Resource } from '@sluice/kube';
import {
  formatSubject,
  groupByRank,
  isPrunable,
  orderPrune,
  type Action,
  type Change,
  type InventoryEntry,
  type Owner,
  type StaleObject,
} from '@sluice/plan';
import { forEachLimited } from './concurrency.ts';
import { messageOf } from './request.ts';

export interface PruneOptions {
  readonly kube: KubeClient;
  readonly signal: AbortSignal;
  readonly owner: Owner;
  /** Rejects when this run may act no longer. Asked before each group of kinds. */
  fence(): Promise<void>;
  failpoint(name: string): Promise<void>;
  /** Objects that live on under another name of their kind, such as another group. */
  readonly keepUids?: ReadonlySet<string>;
}

export interface Pruned {
  /** What became of each object, in the order of deleting; without the failed ones. */
  readonly changes: readonly Change[];
  readonly failed: readonly InventoryEntry[];
  /** `''` when nothing failed. */
  readonly error: string;
}

/**
 * Deletes what left the source, if it still is the owner's and nothing on it says to keep it. Every object is read live
 * first and deleted only as the very object that was read. Does not wait for finalizers.
 * @see spec kustomization-controller §13
 */
export async function pruneObjects(stale: readonly InventoryEntry[], options: PruneOptions): Promise<Pruned> {
  const ordered = orderPrune(stale);
  const results = new Map<StaleObject, Action | Error>();
  for (const group of groupByRank(ordered, (object) => object.id.kind)) {
    await options.fence();
    await forEachLimited(group, async (object) => {
      results.set(object, await pruneObject(object, options));
      await options.failpoint('kustomize/after-prune-object');
    });
  }
  const changes: Change[] = [];
  const failures: { entry: InventoryEntry; text: string }[] = [];
  for (const object of ordered) {
    const result = results.get(object)!;
    const { id, entry } = object;
    if (result instanceof Error) failures.push({ entry, text: `${formatSubject(id)} ${result.message};` });
    else changes.push({ id, version: entry.v, action: result });
  }
  return {
    changes,
    failed: failures.map(({ entry }) => entry),
    error: failures.length === 0 ? '' : `delete failed, errors: ${failures.map(({ text }) => text).join('')}`,
  };
}

/** Those of the deleted objects that still exist, because of finalizers or because they end slowly. */
export async function findRemaining(
  deleted: readonly Pick<Change, 'id' | 'version'>[],
  { kube, signal }: Pick<PruneOptions, 'kube' | 'signal'>,
): Promise<Change[]> {
  const remaining: Change[] = [];
  await forEachLimited(deleted, async ({ id, version }) => {
    const resource = await findResource(id, version, { kube, signal });
    const found = resource && (await kube.get(resource, keyOfId(id), { metadataOnly: true, signal }));
    if (found !== undefined) remaining.push({ id, version, action: 'unknown' });
  });
  return remaining;
}

async function pruneObject({ id, entry }: StaleObject, options: PruneOptions): Promise<Action | Error> {
  const { kube, signal, owner, keepUids } = options;
  let step = 'query';
  try {
    const resource = await findResource(id, entry.v, options);
    // Its kind is gone, and the server removed all objects with it.
    if (resource === undefined) return 'deleted';
    const live = await kube.get<KubeObject>(resource, keyOfId(id), { metadataOnly: true, signal });
    if (live === undefined) return 'deleted';
    const { uid } = live.metadata;
    if (!isPrunable(live.metadata, owner) || uid === undefined || keepUids?.has(uid) === true) return 'skipped';
    if (live.metadata.deletionTimestamp !== undefined) return 'deleted';
    step = 'delete';
    await kube.delete(resource, keyOfId(id), { propagationPolicy: 'Background', uid, signal });
    return 'deleted';
  } catch (cause) {
    signal.throwIfAborted();
    return new Error(`${step} failed: ${messageOf(cause)}`, { cause });
  }
}

/** The kind at the recorded version, else at any that is served. */
async function findResource(
  { group, kind }: { group: string; kind: string },
  version: string,
  { kube, signal }: Pick<PruneOptions, 'kube' | 'signal'>,
): Promise<Resource | undefined> {
  return (await kube.resource({ group, version, kind }, signal)) ?? (await kube.resource({ group, kind }, signal));
}

function keyOfId({ namespace, name }: ObjectKey): ObjectKey {
  return { namespace, name };
}

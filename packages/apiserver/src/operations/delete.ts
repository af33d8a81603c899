import type { KubeObject } from '@sluice/api';
import type { Core } from '../core.ts';
import { notFound, preconditionFailed } from '../errors.ts';
import { deepCopy, numberOf, recordOf, type JsonRecord } from '../json.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import { storeKey } from '../store/store.ts';
import type { WriteContext } from './context.ts';
import { asKubeObject } from './create.ts';
import { timestamp } from './time.ts';
import { isReadyToGo } from './update.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly propagation: Propagation | undefined;
  readonly gracePeriodSeconds: number | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** `orphanDependents: false` was given: an object that stays is answered with 202. */
  readonly keepsDependents: boolean | undefined;
}

export interface Deletion {
  /** The last state, or the present one when it stays. */
  readonly object: KubeObject;
  readonly removed: boolean;
}

const policyFinalizers: Readonly<Record<Propagation, string | undefined>> = {
  Background: undefined,
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
};

/** Deletes one object, or marks it while finalizers or a grace period hold it. @throws StatusError 404, 409, 403 */
export function deleteObject(
  core: Core,
  resource: Resource,
  target: { readonly namespace: string; readonly name: string },
  options: DeleteOptions,
  context: WriteContext,
): Deletion {
  const { namespace, name } = target;
  const key = storeKey(resource.namespaced ? namespace : '', name);
  const stored = core.store.collection(resource.storageKey).get(key);
  if (stored === undefined) throw notFound(resource, name);
  checkPreconditions(resource, stored, options);
  for (const admit of core.admission) {
    admit(core, { operation: 'delete', resource, namespace, name, object: undefined, old: stored, context });
  }
  const marked = markDeleted(resource, stored, options, context);
  const object = resource.strategy.read(marked);
  if (isReadyToGo(resource, marked) || finishesAtOnce(marked)) {
    if (!context.dryRun) {
      core.store.remove(resource.storageKey, key);
      resource.strategy.afterWrite?.(undefined, stored);
    }
    const wasPlain = resource.storageKey !== '/pods' && stored.metadata.deletionTimestamp === undefined;
    return { object: wasPlain ? resource.strategy.read(stored) : object, removed: true };
  }
  if (marked === stored || context.dryRun) return { object, removed: false };
  const next = core.store.put(resource.storageKey, marked);
  resource.strategy.afterWrite?.(next, stored);
  return { object: resource.strategy.read(next), removed: false };
}

function checkPreconditions(resource: Resource, { metadata }: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw preconditionFailed(resource, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw preconditionFailed(resource, metadata.name, why);
  }
}

/** The object as its deletion leaves it; the very same when there is nothing to change. */
function markDeleted(
  resource: Resource,
  stored: KubeObject,
  options: DeleteOptions,
  context: WriteContext,
): KubeObject {
  const draft = deepCopy(stored) as unknown as Draft;
  const { metadata } = draft;
  const changedPolicy = adjustFinalizers(metadata, options.propagation);
  const wasMarked = stored.metadata.deletionTimestamp !== undefined;
  const grace = gracePeriod(draft, options);
  if (wasMarked) {
    const shorter = grace < numberOf(metadata.deletionGracePeriodSeconds);
    if (!changedPolicy && !shorter) return stored;
    if (shorter) metadata.deletionGracePeriodSeconds = grace;
    return asKubeObject(draft);
  }
  metadata.deletionTimestamp = timestamp(new Date(context.now.getTime() + grace * 1000));
  metadata.deletionGracePeriodSeconds = grace;
  if (typeof metadata.generation === 'number') metadata.generation += 1;
  resource.strategy.markDeleted?.(draft, context);
  return asKubeObject(draft);
}

/** Adds the finalizer of the policy and removes the other one. @returns whether anything changed */
function adjustFinalizers(metadata: JsonRecord, propagation: Propagation | undefined): boolean {
  if (propagation === undefined) return false;
  const wanted = policyFinalizers[propagation];
  const before = Array.isArray(metadata.finalizers) ? (metadata.finalizers as string[]) : [];
  const kept = before.filter((finalizer) => finalizer === wanted || !isPolicyFinalizer(finalizer));
  const next = wanted === undefined || kept.includes(wanted) ? kept : [...kept, wanted];
  if (next.length === before.length && next.every((finalizer, i) => finalizer === before[i])) return false;
  if (next.length === 0) delete metadata.finalizers;
  else metadata.finalizers = next;
  return true;
}

function isPolicyFinalizer(finalizer: string): boolean {
  return finalizer === 'foregroundDeletion' || finalizer === 'orphan';
}

/** Seconds; only Pods have any. */
function gracePeriod(draft: Draft, options: DeleteOptions): number {
  if (draft.kind !== 'Pod' || draft.apiVersion !== 'v1') return 0;
  const given = options.gracePeriodSeconds ?? numberOf(recordOf(draft.spec).terminationGracePeriodSeconds, 30);
  return given < 0 ? 1 : given;
}

/** A Pod that no node runs, or that has finished, goes at once whatever its grace period. */
function finishesAtOnce(object: KubeObject): boolean {
  if (object.kind !== 'Pod' || object.apiVersion !== 'v1') return false;
  if ((object.metadata.finalizers?.length ?? 0) > 0) return false;
  const phase = recordOf(object.status).phase;
  return recordOf(object.spec).nodeName === undefined || phase === 'Succeeded' || phase === 'Failed';
}

import { gvkOf, type GroupVersionKind, type KubeObject, type ObjectKey } from '@sluice/api';
import { assessHealth, needsPods, type HealthStatus } from '@sluice/health';
import type { KubeClient } from '@sluice/kube';
import { formatSubject, type ObjectId } from '@sluice/plan';
import type { HealthRules } from './expressions.ts';

/** An object whose health is asked for. */
export interface HealthTarget {
  readonly id: ObjectId;
  readonly version: string;
  /** Whether it may be gone: a Job that removes itself when it is done. */
  readonly mayBeGone: boolean;
}

export interface HealthResult {
  readonly target: HealthTarget;
  readonly status: HealthStatus;
  /** Of the object that was judged. */
  readonly resourceVersion: string | undefined;
  /** Why the status cannot be told. */
  readonly problem: string | undefined;
}

interface HealthOptions {
  readonly kube: KubeClient;
  readonly now: Date;
  /** Of the user. */
  readonly rules: HealthRules | undefined;
  readonly signal: AbortSignal;
}

const maxInFlight = 16;

/** Reads the objects and judges them. */
export async function readHealth(targets: readonly HealthTarget[], options: HealthOptions): Promise<HealthResult[]> {
  const results: HealthResult[] = [];
  for (let i = 0; i < targets.length; i += maxInFlight) {
    const chunk = targets.slice(i, i + maxInFlight);
    results.push(...(await Promise.all(chunk.map((target) => readOne(target, options)))));
  }
  return results;
}

/** `undefined` while nothing is decided; the text says which objects, and how they fare. */
export type HealthVerdict = { readonly passed: true } | { readonly passed: false; readonly text: string } | undefined;

/** @param isLate whether the time is over @see spec kustomization-controller §15.2, §15.4 */
export function judgeHealth(results: readonly HealthResult[], isLate: boolean): HealthVerdict {
  const failed = results.filter(({ status }) => status === 'Failed');
  if (failed.length > 0) return { passed: false, text: `failed early due to stalled resources: [${shown(failed)}]` };
  const unready = results.filter(({ status }) => status !== 'Current');
  if (unready.length === 0) return { passed: true };
  return isLate ? { passed: false, text: `timeout waiting for: [${shown(unready)}]` } : undefined;
}

function shown(results: readonly HealthResult[]): string {
  return results
    .map(({ target, status, problem }) => {
      const text = `${formatSubject(target.id)} status: '${status}'`;
      return problem === undefined ? text : `${text}: ${problem}`;
    })
    .join(', ');
}

async function readOne(target: HealthTarget, { kube, now, rules, signal }: HealthOptions): Promise<HealthResult> {
  try {
    const object = await readObject(target, kube, signal);
    const resourceVersion = object?.metadata.resourceVersion;
    if (object === undefined && target.mayBeGone)
      return { target, status: 'Current', resourceVersion, problem: undefined };
    const pods = object !== undefined && needsPods(object) ? await readPods(object, kube, signal) : [];
    const { status, message } = assessHealth(object, { now, pods, ...(rules !== undefined && { custom: rules }) });
    return { target, status, resourceVersion, problem: status === 'Unknown' ? message : undefined };
  } catch (error) {
    signal.throwIfAborted();
    const problem = error instanceof Error ? error.message : String(error);
    return { target, status: 'Unknown', resourceVersion: undefined, problem };
  }
}

async function readObject(
  { id: { group, kind, namespace, name }, version }: HealthTarget,
  kube: KubeClient,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const served = await kube.resource({ group, version, kind }, signal);
  const resource = served ?? (await kube.resource({ group, kind }, signal));
  if (resource === undefined) throw new Error(`no matches for kind "${kind}" in group "${group}"`);
  if (resource.namespaced && namespace === '')
    throw new Error('an empty namespace may not be set when a resource name is provided');
  return await kube.get<KubeObject>(resource, { namespace, name }, { signal });
}

async function readPods(object: KubeObject, kube: KubeClient, signal: AbortSignal): Promise<readonly KubeObject[]> {
  const resource = await kube.resource({ group: '', kind: 'Pod' }, signal);
  if (resource === undefined) return [];
  const { items } = await kube.list<KubeObject>(resource, { namespace: object.metadata.namespace ?? '', signal });
  return items;
}

/** Jobs that are removed some time after they have completed. */
export function isSelfRemoving(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  const spec = object['spec'] as { ttlSecondsAfterFinished?: unknown } | null | undefined;
  return group === 'batch' && kind === 'Job' && spec?.ttlSecondsAfterFinished !== undefined;
}

/** How `wakeOn` names an object. */
export function watchedObject({ id, version }: HealthTarget): {
  readonly gvk: GroupVersionKind;
  readonly key: ObjectKey;
} {
  const { group, kind, namespace, name } = id;
  return { gvk: { group, version, kind }, key: { namespace, name } };
}

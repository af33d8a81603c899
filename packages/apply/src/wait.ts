import { setTimeout as sleep } from 'node:timers/promises';
import { gvkOf, type KubeObject } from '@sluice/api';
import { assessHealth } from '@sluice/health';
import { formatSubject } from '@sluice/plan';
import type { AppliedObject, ApplyOptions } from './options.ts';
import { definedKinds, kindName } from './target.ts';

const timeoutMs = 60_000;
const firstPollMs = 50;
const maxPollMs = 2000;
const servedTimeoutMs = 10_000;
const servedPollMs = 500;

/**
 * Waits until definitions and classes can be used by what comes after them. Objects found as they were left by a run
 * before have been waited for then.
 * @throws Error `timeout waiting for: […]` after 60 s
 * @see spec kustomization-controller §11.1
 */
export async function waitUntilCurrent(stage: readonly AppliedObject[], options: ApplyOptions): Promise<void> {
  const { signal } = options;
  const deadline = performance.now() + timeoutMs;
  let waiting = stage.filter((object) => object.live !== undefined || object.action === 'skipped');
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 2, maxPollMs)) {
    const assessed = waiting.map((object) => ({ object, health: assessHealth(object.live, { now: options.now() }) }));
    const unready = assessed.filter(({ health }) => health.status !== 'Current');
    if (unready.length === 0) return;
    if (performance.now() >= deadline) {
      const shown = unready.map(({ object, health }) => `${formatSubject(object.id)} status: '${health.status}'`);
      throw new Error(`timeout waiting for: [${shown.join(', ')}]`);
    }
    await sleep(pollMs, undefined, { signal });
    waiting = await Promise.all(unready.map(({ object }) => reread(object, options)));
  }
}

/**
 * Waits until the server serves the kinds that were defined a moment ago; it knows them a little later than it says.
 * Kinds that do not come are left for the dry-run to complain about.
 */
export async function waitUntilServed(
  objects: readonly KubeObject[],
  definitions: readonly KubeObject[],
  { kube, signal }: ApplyOptions,
): Promise<void> {
  const defined = definedKinds(definitions);
  const kinds = objects.map((object) => gvkOf(object)).filter((gvk) => defined.has(kindName(gvk)));
  const deadline = performance.now() + servedTimeoutMs;
  for (const gvk of kinds) {
    while ((await kube.resource(gvk, signal)) === undefined && performance.now() < deadline) {
      await sleep(servedPollMs, undefined, { signal });
    }
  }
}

async function reread(object: AppliedObject, { kube, signal }: ApplyOptions): Promise<AppliedObject> {
  const { group, kind, namespace, name } = object.id;
  const resource = await kube.resource({ group, version: object.version, kind }, signal);
  const live = resource && (await kube.get<KubeObject>(resource, { namespace, name }, { signal }));
  return { ...object, live };
}

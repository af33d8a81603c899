import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '@sluice/api';
import { assessHealth } from '@sluice/health';
import { formatSubject } from '@sluice/plan';
import type { AppliedObject, ApplyOptions } from './options.ts';

const timeoutMs = 60_000;
const firstPollMs = 50;
const maxPollMs = 2000;

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

async function reread(object: AppliedObject, { kube, signal }: ApplyOptions): Promise<AppliedObject> {
  const { group, kind, namespace, name } = object.id;
  const resource = await kube.resource({ group, version: object.version, kind }, signal);
  const live = resource && (await kube.get<KubeObject>(resource, { namespace, name }, { signal }));
  return { ...object, live };
}

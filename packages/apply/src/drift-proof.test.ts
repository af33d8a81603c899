import type { KubeObject } from '@sluice/api';
import { KubeError } from '@sluice/kube';
import { judgeDrift, observe, type Known, type Verdict } from '@sluice/plan';
import { expect, test } from 'vitest';
import { applyObjects } from './apply.ts';
import { checkObject } from './check.ts';
import { configMap, manifest, startCluster, type TestCluster } from './test/cluster.ts';

// Whatever others do to an object: when the verdict on its metadata was never anything but `intact`, the whole check
// (read, dry-run, comparison, clean-up) must find nothing to do. The other way round a verdict may be too careful.

const objects = [
  configMap('a', { k: '1', other: 'x' }, { annotations: { note: 'ours' } }),
  manifest('apps/v1', 'Deployment', 'web', {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] }] },
      },
    },
  }),
];

type Action = (cluster: TestCluster, object: KubeObject, pick: (n: number) => number) => Promise<unknown>;

const overrideManagers = ['node-fetch'];
const managers = ['kubectl-edit', 'operator', 'before-first-apply', 'kustomize-controller', 'node-fetch'];

const actions: readonly Action[] = [
  (cluster, object, pick) => edit(cluster, object, { metadata: { labels: { hand: `v${pick(2)}` } } }, pick),
  (cluster, object, pick) => edit(cluster, object, { metadata: { labels: { hand: null } } }, pick),
  (cluster, object, pick) => edit(cluster, object, { metadata: { annotations: { note: `n${pick(2)}` } } }, pick),
  (cluster, object, pick) => edit(cluster, object, ownField(object, pick(3)), pick),
  (cluster, object, pick) => edit(cluster, object, foreignField(object, pick(2)), pick),
  (cluster, object, pick) =>
    edit(cluster, object, { metadata: { finalizers: pick(2) === 0 ? ['x.org/f'] : null } }, pick),
  (cluster, object) => edit(cluster, object, { metadata: { managedFields: [{}] } }, () => 1),
  (cluster, object, pick) => applyAs(cluster, object, pick(2) === 0 ? 'kustomize-controller' : 'other-applier'),
  (cluster, object, pick) => applyAs(cluster, withOwnField(object, pick(2)), 'kustomize-controller'),
  (cluster, object, pick) => applyAs(cluster, withOwnField(object, pick(2)), 'kubectl'),
  (cluster, object) => remove(cluster, object),
  async () => {},
];

const rounds = 150;

test('an object that is judged intact needs nothing', { timeout: 60_000 }, async () => {
  await using cluster = await startCluster();
  const random = mulberry32(20_261_121);
  const pick = (n: number) => Math.floor(random() * n);
  const seen = { intact: 0, drifted: 0, unproven: 0, careful: 0 };
  for (let round = 0; round < rounds; round++) {
    const object = objects[pick(objects.length)]!;
    const known = await settle(cluster, object);
    const done: number[] = [];
    let verdict: Verdict = 'intact';
    for (let i = pick(3); i >= 0; i--) {
      done.push(await act(cluster, object, pick));
      const live = await cluster.read(object.apiVersion, object.kind, object.metadata.name);
      // Drift that was seen once counts until the object has been checked, whatever happens then.
      if (verdict !== 'drifted') verdict = judgeDrift(known, live && observe(live.metadata, overrideManagers));
    }
    const checked = await checkObject(object, { ...cluster.options, overrideManagers });
    const needsNothing = checked.type === 'done' && checked.applied.action === 'unchanged';
    seen[verdict]++;
    if (verdict === 'intact') expect({ round, done, needsNothing }).toEqual({ round, done, needsNothing: true });
    if (verdict === 'drifted' && needsNothing) seen.careful++;
  }
  expect(seen.intact).toBeGreaterThan(rounds / 10);
  expect(seen.drifted).toBeGreaterThan(rounds / 4);
  expect(seen.unproven).toBe(0); // each object was looked at in a later second than it was applied in
  expect(seen.careful).toBeLessThan(rounds / 8);
});

/** Makes the object what it should be, until there is nothing more to do, and looks at it in a later second. */
async function settle(cluster: TestCluster, object: KubeObject): Promise<Known> {
  const live = await cluster.read(object.apiVersion, object.kind, object.metadata.name);
  if (live?.metadata.finalizers !== undefined) await cluster.edit(object, { metadata: { finalizers: null } }, 'x');
  for (;;) {
    const [applied] = await applyObjects([object], { ...cluster.options, overrideManagers });
    cluster.advance(3000);
    if (applied?.action === 'unchanged' && applied.known?.isSettled === true) return applied.known;
  }
}

async function act(cluster: TestCluster, object: KubeObject, pick: (n: number) => number): Promise<number> {
  const index = pick(actions.length);
  try {
    await actions[index]!(cluster, object, pick);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // Some of what others try is refused, which is as well.
  }
  return index;
}

function edit(cluster: TestCluster, object: KubeObject, patch: unknown, pick: (n: number) => number): Promise<unknown> {
  return cluster.edit(object, patch, managers[pick(managers.length)]!);
}

function ownField(object: KubeObject, value: number): unknown {
  return object.kind === 'ConfigMap' ? { data: { k: String(value) } } : { spec: { replicas: value } };
}

function foreignField(object: KubeObject, value: number): unknown {
  return object.kind === 'ConfigMap' ? { data: { theirs: String(value) } } : { spec: { minReadySeconds: value } };
}

async function applyAs(cluster: TestCluster, object: KubeObject, fieldManager: string): Promise<void> {
  const key = { namespace: 'shop', name: object.metadata.name };
  await cluster.kube.patch(await cluster.resource(object), key, object, { type: 'apply', fieldManager, force: true });
}

function withOwnField(object: KubeObject, value: number): KubeObject {
  if (object.kind === 'ConfigMap') return { ...object, data: { ...(object['data'] as object), k: String(value) } };
  return { ...object, spec: { ...(object['spec'] as object), replicas: value } };
}

async function remove(cluster: TestCluster, object: KubeObject): Promise<void> {
  await cluster.kube.delete(await cluster.resource(object), { namespace: 'shop', name: object.metadata.name });
}

/** Random numbers in [0, 1) from a seed. @see Tommy Ettinger's mulberry32, public domain */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

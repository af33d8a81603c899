import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '@sluice/api';
import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { startFleet, until, type Fleet } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
`;
const contents = { 'a.yaml': configMapYaml('a'), 'web.yaml': deployment };

async function startReady(fleet: Fleet): Promise<void> {
  await fleet.push('r1', contents);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
}

const contentOf = (object: KubeObject | undefined) => [object?.['spec'], object?.metadata.labels];

/** Lets the run go by that looks at objects which changed in the second of their apply. */
async function settle(fleet: Fleet): Promise<void> {
  fleet.advance(5000);
  await request(fleet, 'settle');
}

async function request(fleet: Fleet, at: string): Promise<void> {
  await fleet.patch('apps', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } });
  await fleet.until('apps', ({ status }) => status?.lastHandledReconcileAt === at);
}

/** Requests about objects, but for the watches and for what the tests themselves ask. */
const written = (fleet: Fleet, from: number) =>
  fleet.requests
    .slice(from)
    .filter(
      ({ verb, resource }) => verb !== 'watch' && ['configmaps', 'deployments', 'kustomizations'].includes(resource),
    )
    .map(({ verb, resource, subresource }) => [verb, resource, subresource].filter(Boolean).join(' '));

// kustomization 23-106, 23-107
test.each([
  ['a label', { metadata: { labels: { hand: 'made' } } }, 'kubectl-label'],
  ['a value', { spec: { replicas: 7 } }, 'kubectl-edit'],
  ['an image', { spec: { template: { spec: { containers: [{ name: 'web', image: 'evil' }] } } } }, 'kubectl-set'],
  ['the owner label', { metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': null } } }, 'kubectl-label'],
])('%s that kubectl changed is put back within seconds', async (_, patch, manager) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await startReady(fleet);
  const before = await fleet.read('apps/v1', 'Deployment', 'web');
  await fleet.edit('apps/v1', 'Deployment', 'web', patch, manager);
  const isBack = async () => {
    const live = await fleet.read('apps/v1', 'Deployment', 'web');
    const managers = live?.metadata.managedFields?.map((entry) => entry.manager) ?? [];
    const isSame = isDeepStrictEqual(contentOf(live), contentOf(before));
    return isSame && !managers.includes(manager) ? true : undefined;
  };
  await until(isBack, 'the correction', 5000);
});

test('a deleted object is made anew within seconds', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await startReady(fleet);
  await fleet.delete('apps/v1', 'Deployment', 'web');
  await until(() => fleet.read('apps/v1', 'Deployment', 'web'), 'the object', 5000);
});

// kustomization 23-107, 23-111
test('fields of other managers are left alone', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await startReady(fleet);
  await fleet.edit('v1', 'ConfigMap', 'a', { data: { theirs: 'x' } }, 'flux-client-side-apply');
  await fleet.edit('v1', 'ConfigMap', 'a', { data: { k: 'drift' } }, 'someone');
  const isBack = async () => {
    const live = await fleet.read('v1', 'ConfigMap', 'a');
    return (live?.['data'] as { k?: string } | undefined)?.k === 'v' ? live : undefined;
  };
  expect((await until(isBack, 'the correction'))['data']).toEqual({ k: 'v', theirs: 'x' });
});

test('an unchanged run asks nothing and writes nothing', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await startReady(fleet);
  await settle(fleet);
  const before = await fleet.get('apps');
  const from = fleet.requests.length;
  await request(fleet, 'one');
  const after = await fleet.get('apps');
  // The test's own request and reads, and the one word that was asked for.
  const own = written(fleet, from).filter(
    (entry) => entry !== 'get kustomizations' && entry !== 'patch kustomizations',
  );
  expect(own).toEqual(['patch kustomizations status']);
  expect(after?.status).toEqual({ ...before?.status, lastHandledReconcileAt: 'one' });
});

test('a restarted controller looks at everything once, and tells nothing when all is well', async () => {
  await using fleet = await startFleet();
  {
    await using _controller = await startController(fleet, compute);
    await startReady(fleet);
  }
  const before = await fleet.get('apps');
  const events = await fleet.events('apps');
  await using _controller = await startController(fleet, compute);
  const from = fleet.requests.length;
  await request(fleet, 'one');
  const writes = fleet.requests
    .slice(from)
    .filter(({ method, uri, resource }) => method !== 'GET' && !uri.includes('dryRun') && resource !== 'events')
    .map(({ resource, subresource }) => `${resource} ${subresource}`);
  expect(writes).toEqual(['kustomizations ', 'kustomizations status']);
  expect((await fleet.get('apps'))?.status).toEqual({ ...before?.status, lastHandledReconcileAt: 'one' });
  expect(await fleet.events('apps')).toEqual(events);
});

test('an upgrade costs two requests for each changed object, and at most six more', async () => {
  await using fleet = await startFleet();
  await using controller = await startController(fleet, compute);
  await startReady(fleet);
  await settle(fleet);
  const from = fleet.requests.length;
  await fleet.push('r2', { ...contents, 'a.yaml': configMapYaml('a', { k: 'new' }) });
  const isDone = () => controller.log.filter(({ msg }) => msg === 'reconciliation finished').length >= 2 || undefined;
  await until(isDone, 'the second run');
  await until(async () => ((await fleet.events('apps')).length >= 4 ? true : undefined), 'its events');
  const made = fleet.requests
    .slice(from)
    .filter(({ verb, resource }) => !['watch', 'list', ''].includes(verb) && resource !== 'gitrepositories')
    .map(({ verb, resource, subresource }) => [verb, resource, subresource].filter(Boolean).join(' '));
  expect(made.filter((entry) => entry.endsWith('configmaps'))).toHaveLength(2);
  expect(made.filter((entry) => entry.includes('deployments'))).toEqual([]);
  expect(made.length).toBeLessThanOrEqual(2 + 6);
});

test('drift can wait for the interval', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute, { settings: { driftCorrection: 'interval' } });
  await startReady(fleet);
  await fleet.edit('v1', 'ConfigMap', 'a', { data: { k: 'drift' } });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.['data']).toEqual({ k: 'drift' });
  await request(fleet, 'one');
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.['data']).toEqual({ k: 'v' });
});

test('a fight slows down and names the other side', { timeout: 40_000 }, async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await startReady(fleet);
  let rounds = 0;
  const named = async () => {
    const live = await fleet.read('v1', 'ConfigMap', 'a');
    if ((live?.['data'] as { k?: string } | undefined)?.k === 'v') {
      rounds++;
      await fleet.edit('v1', 'ConfigMap', 'a', { data: { k: 'theirs' } }, 'other-operator');
    }
    return (await fleet.events('apps')).find((event) => event.includes('again and again'));
  };
  const startedMs = performance.now();
  expect(await until(named, 'the event', 30_000)).toBe(
    "Warning DriftFight: ConfigMap/shop/a /data/k is changed again and again by 'other-operator': corrections slow down",
  );
  expect(rounds).toBeLessThan(9);
  expect(performance.now() - startedMs).toBeGreaterThan(2500);
});

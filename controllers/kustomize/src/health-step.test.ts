import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { condition, shown, startFleet, until, type Fleet } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();

/** A Kustomization that nobody works on: in progress, until the test says otherwise in its status. */
const child = (name: string, extra = '') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux}\n` +
  `spec: {interval: 1h, prune: true, suspend: true, sourceRef: {kind: GitRepository, name: none}${extra}}\n`;

async function setChild(fleet: Fleet, name: string, type: string): Promise<void> {
  const resource = await fleet.kube.resource({ group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' });
  const conditions = [
    { type, status: 'True', reason: 'Test', message: 'said by the test', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ];
  const status = { observedGeneration: 1, conditions };
  await fleet.kube.patch(resource!, { namespace: 'flux', name }, { status }, { type: 'merge', subresource: 'status' });
}

const waiting = 'Running health checks for revision r1 with a timeout of 30s';

// kustomization 23-160, 23-168
test('waits for what it applied, without holding a worker', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', { 'child.yaml': child('child') });
  await fleet.create('apps', { wait: true, timeout: '30s' });
  const object = await fleet.until('apps', (one) => condition(one, 'Healthy') !== undefined);
  expect(shown(object, 'Healthy')).toBe(`Unknown Progressing: ${waiting}`);
  expect(shown(object, 'Reconciling')).toBe(`True Progressing: ${waiting}`);
  expect(shown(object, 'Ready')).toBe('Unknown Progressing: Reconciliation in progress');
  expect(object.status?.inventory?.entries).toHaveLength(1);
  expect(object.status?.lastAppliedRevision).toBe(undefined);
  await setChild(fleet, 'child', 'Ready');
  const ready = await fleet.ready('apps', 'r1');
  expect(shown(ready, 'Healthy')).toMatch(/^True Succeeded: Health check passed in /);
  const events = async () => {
    const all = await fleet.events('apps');
    return all.some((event) => event.includes('Reconciliation finished')) ? all : undefined;
  };
  const passed = (await until(events, 'the events')).filter((event) => event.includes('Health check passed'));
  expect(passed).toHaveLength(1);
  // Neither news nor a new message from a run that changes nothing.
  await fleet.patch('apps', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'one' } } });
  const again = await fleet.until('apps', ({ status }) => status?.lastHandledReconcileAt === 'one');
  expect(condition(again, 'Healthy')).toEqual(condition(ready, 'Healthy'));
});

test('notices later that something is no longer healthy, and asks nothing while all is', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', { 'child.yaml': child('child'), 'a.yaml': configMapYaml('a') });
  await fleet.create('apps', { wait: true, timeout: '1h' });
  await fleet.until('apps', (one) => condition(one, 'Healthy')?.status === 'Unknown');
  await setChild(fleet, 'child', 'Ready');
  await fleet.ready('apps', 'r1');
  const request = async (at: string) => {
    await fleet.patch('apps', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } });
    await fleet.until('apps', ({ status }) => status?.lastHandledReconcileAt === at);
  };
  fleet.advance(5000);
  await request('settle');
  const from = fleet.requests.length;
  await request('quiet');
  const read = fleet.requests
    .slice(from)
    .filter(({ verb, resource, name }) => verb === 'get' && (resource === 'configmaps' || name === 'child'));
  expect(read).toEqual([]);
  await setChild(fleet, 'child', 'Reconciling');
  await request('again');
  expect(shown(await fleet.get('apps'), 'Healthy')).toBe(
    'Unknown Progressing: Running health checks for revision r1 with a timeout of 1h0m0s',
  );
});

// kustomization 23-161, 23-176, 23-179
test('fails when the time is over, and recovers', { timeout: 60_000 }, async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', { 'child.yaml': child('child') });
  await fleet.create('apps', { wait: true, timeout: '30s', retryInterval: '1s' });
  await fleet.until('apps', (one) => condition(one, 'Healthy')?.status === 'Unknown');
  fleet.advance(31_000);
  await fleet.edit('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'child', {}, 'x').catch(() => undefined);
  await fleet.patch('child', { metadata: { annotations: { touched: 'yes' } } });
  const failed = await fleet.until('apps', (one) => condition(one, 'Healthy')?.status === 'False');
  const text = "timeout waiting for: [Kustomization/flux/child status: 'InProgress']";
  expect(shown(failed, 'Healthy')).toBe(`False HealthCheckFailed: ${text}`);
  expect(shown(failed, 'Ready')).toMatch(
    /^False HealthCheckFailed: health check failed after 3\d.*s: timeout waiting for: /,
  );
  expect(failed.status?.history?.[0]?.lastReconciledStatus).toBe('HealthCheckFailed');
  expect(failed.status?.inventory?.entries).toHaveLength(1);
  await setChild(fleet, 'child', 'Ready');
  const ready = await fleet.ready('apps', 'r1');
  expect(condition(ready, 'Healthy')?.status).toBe('True');
});

// kustomization 23-162
test('fails early when an object has failed', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', { 'one.yaml': child('one'), 'two.yaml': child('two') });
  await fleet.create('apps', { wait: true, timeout: '1h', retryInterval: '1h' });
  await fleet.until('apps', (one) => condition(one, 'Healthy')?.status === 'Unknown');
  await setChild(fleet, 'two', 'Stalled');
  const failed = await fleet.until('apps', (one) => condition(one, 'Ready')?.status === 'False');
  expect(shown(failed, 'Healthy')).toBe(
    "False HealthCheckFailed: failed early due to stalled resources: [Kustomization/flux/two status: 'Failed']",
  );
});

// kustomization 23-175
test('a newer revision overtakes a wait', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', { 'child.yaml': child('child') });
  await fleet.create('apps', { wait: true, timeout: '1h' });
  await fleet.until('apps', (one) => condition(one, 'Healthy')?.status === 'Unknown');
  await fleet.push('r2', { 'a.yaml': configMapYaml('a') });
  await fleet.ready('apps', 'r2');
  const cancelled = () => fleet.events('apps').then((events) => events.find((event) => event.includes('canceled')));
  expect(await until(cancelled, 'the event')).toBe(
    'Normal HealthCheckCanceled: Health checks canceled due to new reconciliation triggered by GitRepository/flux/fleet',
  );
});

// kustomization 23-164, 23-165, 23-166
test('looks at what healthChecks names, and no longer when it names nothing', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', { 'a.yaml': configMapYaml('a') });
  const healthChecks = [{ kind: 'Deployment', name: 'elsewhere', namespace: 'shop' }];
  await fleet.create('apps', { healthChecks, timeout: '1h' });
  await fleet.until('apps', (one) => condition(one, 'Healthy')?.status === 'Unknown');
  const labels = { app: 'x' };
  await fleet.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'elsewhere', namespace: 'shop' },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'x', image: 'x' }] } },
    },
  });
  const ready = await fleet.ready('apps', 'r1');
  expect(condition(ready, 'Healthy')?.status).toBe('True');
  await fleet.patch('apps', { spec: { healthChecks: null } });
  await fleet.until('apps', (one) => one.status?.observedGeneration === 2 && condition(one, 'Healthy') === undefined);
});

// kustomization 23-168, 23-174
test('waits neither for itself nor for what it skips', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  const self = child('apps', ', wait: true, path: ./')
    .replace('name: none', 'name: fleet')
    .replace('suspend: true, ', '');
  const skipped = child('skipped').replace(
    'namespace: flux}',
    'namespace: flux, annotations: {kustomize.toolkit.fluxcd.io/ssa: Ignore}}',
  );
  await fleet.push('r1', { 'self.yaml': self, 'skipped.yaml': skipped });
  await fleet.create('apps', { wait: true, interval: '1h', path: './' });
  await fleet.ready('apps', 'r1');
});

// kustomization 23-169
test('a Job that removed itself was done', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  const job = (name: string, ttl: string) =>
    `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  suspend: true${ttl}\n` +
    `  template: {spec: {restartPolicy: Never, containers: [{name: c, image: c}]}}\n`;
  await fleet.push('r1', { 'job.yaml': job('once', '\n  ttlSecondsAfterFinished: 0'), 'child.yaml': child('child') });
  await fleet.create('apps', { wait: true, timeout: '1h' });
  await fleet.until('apps', (one) => condition(one, 'Healthy')?.status === 'Unknown');
  await setChild(fleet, 'child', 'Ready');
  await fleet.ready('apps', 'r1');
});

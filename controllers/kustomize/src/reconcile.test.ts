import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { condition, shown, startFleet, until } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();
const twoMaps = { 'a.yaml': configMapYaml('a'), 'b.yaml': configMapYaml('b') };

// kustomization 23-9, 23-134, 23-180, 23-181
test('applies what the source holds, and says so', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('main@sha1:1', twoMaps);
  await fleet.create('apps', {}, { 'event.toolkit.fluxcd.io/env': 'prod' });
  const object = await fleet.ready('apps', 'main@sha1:1');
  expect(object.metadata.finalizers).toEqual(['finalizers.fluxcd.io']);
  expect(object.status).toMatchObject({
    observedGeneration: 1,
    lastAttemptedRevision: 'main@sha1:1',
    lastAppliedRevision: 'main@sha1:1',
    inventory: {
      entries: [
        { id: 'shop_a__ConfigMap', v: 'v1' },
        { id: 'shop_b__ConfigMap', v: 'v1' },
      ],
    },
    history: [
      {
        lastReconciledStatus: 'ReconciliationSucceeded',
        totalReconciliations: 1,
        metadata: { revision: 'main@sha1:1' },
      },
    ],
  });
  expect(shown(object, 'Ready')).toBe('True ReconciliationSucceeded: Applied revision: main@sha1:1');
  expect(object.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  const live = await fleet.read('v1', 'ConfigMap', 'a');
  expect(live?.metadata.labels).toEqual({
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux',
  });
  await until(async () => ((await fleet.events('apps')).length >= 2 ? true : undefined), 'events');
  expect(await fleet.events('apps')).toEqual([
    'Normal Progressing: ConfigMap/shop/a created\nConfigMap/shop/b created',
    expect.stringMatching(/^Normal ReconciliationSucceeded: Reconciliation finished in .*, next run in 10m0s$/),
  ]);
});

// kustomization 23-10
test('tells what it does, in this order', async () => {
  await using fleet = await startFleet();
  await fleet.push('r1', twoMaps);
  await fleet.create('apps', { timeout: '5m' });
  const seen: string[] = [];
  const look = async () => {
    const object = await fleet.get('apps');
    const message = condition(object, 'Reconciling')?.message;
    if (message === undefined || seen.includes(message)) return;
    expect(shown(object, 'Ready')).toBe('Unknown Progressing: Reconciliation in progress');
    seen.push(message);
  };
  await using _controller = await startController(fleet, compute, { failpoint: look });
  await fleet.ready('apps', 'r1');
  const suffix = 'for revision r1 with a timeout of 5m0s';
  expect(seen).toEqual([`Fetching manifests ${suffix}`, `Building manifests ${suffix}`, `Detecting drift ${suffix}`]);
});

// kustomization 23-16, 23-135, 23-142
test('follows a new revision: adds, changes and prunes', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  await fleet.push('r2', { 'a.yaml': configMapYaml('a', { k: 'new' }), 'c.yaml': configMapYaml('c') });
  const object = await fleet.ready('apps', 'r2');
  expect(object.status?.inventory?.entries.map(({ id }) => id)).toEqual(['shop_a__ConfigMap', 'shop_c__ConfigMap']);
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.['data']).toEqual({ k: 'new' });
  expect(await fleet.read('v1', 'ConfigMap', 'b')).toBe(undefined);
  const pruned = () => fleet.events('apps').then((events) => events.find((event) => event.includes('b deleted')));
  expect(await until(pruned, 'the event')).toBe('Normal Progressing: ConfigMap/shop/b deleted');
});

// kustomization 23-135
test('without prune keeps what left the source, and forgets it', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps', { prune: false });
  await fleet.ready('apps', 'r1');
  await fleet.push('r2', { 'a.yaml': configMapYaml('a') });
  const object = await fleet.ready('apps', 'r2');
  expect(object.status?.inventory?.entries).toHaveLength(1);
  expect(await fleet.read('v1', 'ConfigMap', 'b')).toBeDefined();
});

// kustomization 23-11, 23-179
test('a broken build leaves the objects, and the next revision mends it', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  await fleet.push('r2', { 'kustomization.yaml': 'resources: [gone.yaml]\n' });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toMatch(/^False BuildFailed: kustomize build failed: .*gone\.yaml/s);
  expect(shown(failed, 'Reconciling')).toMatch(/^True ProgressingWithRetry: Building manifests for revision r2/);
  expect(failed.status).toMatchObject({ lastAttemptedRevision: 'r2', lastAppliedRevision: 'r1' });
  expect(failed.status?.history).toHaveLength(1);
  expect(failed.status?.inventory?.entries).toHaveLength(2);
  expect(await fleet.read('v1', 'ConfigMap', 'b')).toBeDefined();
  await fleet.push('r3', twoMaps);
  await fleet.ready('apps', 'r3');
});

// kustomization 23-103, 23-144, 23-179
test('a refused object leaves its stage untouched; what was tried is tracked', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  const bad = 'apiVersion: v1\nkind: Service\nmetadata: {name: bad, namespace: shop}\nspec: {ports: [{port: 0}]}\n';
  const late = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: late}\n';
  await fleet.push('r1', { ...twoMaps, 'bad.yaml': bad, 'late.yaml': late });
  await fleet.create('apps', { retryInterval: '1h' });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toMatch(
    /^False ReconciliationFailed: Service\/shop\/bad dry-run failed \(Invalid\): .*\nNamespace\/late created$/s,
  );
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
  expect(failed.status?.inventory?.entries.map(({ id }) => id)).toContain('_late__Namespace');
  expect(failed.status?.history?.[0]?.lastReconciledStatus).toBe('ReconciliationFailed');
  await fleet.push('r2', twoMaps);
  const object = await fleet.ready('apps', 'r2');
  expect(object.status?.inventory?.entries).toHaveLength(2);
  const isGone = async () => {
    const namespace = await fleet.read('v1', 'Namespace', 'late');
    return namespace === undefined || namespace.metadata.deletionTimestamp !== undefined ? true : undefined;
  };
  await until(isGone, 'the namespace to go');
});

// kustomization 23-13
test('answers a request, also when the run fails', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  const request = (at: string) =>
    fleet.patch('apps', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } });
  await request('one');
  await fleet.until('apps', ({ status }) => status?.lastHandledReconcileAt === 'one');
  await fleet.push('r2', { 'a.yaml': 'kind: x\n' });
  await request('two');
  await fleet.until('apps', ({ status }) => status?.lastHandledReconcileAt === 'two');
});

// kustomization 23-14
test('does nothing while suspended, and goes on at once when resumed', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps', { suspend: true });
  await fleet.patch('apps', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'one' } } });
  await fleet.until('apps', ({ status }) => status?.lastHandledReconcileAt === 'one');
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
  expect(await fleet.events('apps')).toEqual([]);
  await fleet.patch('apps', { spec: { suspend: false } });
  await fleet.ready('apps', 'r1');
});

// kustomization 23-23, 23-24
test('waits for its source and for its artifact', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.create('apps');
  const missing = await fleet.until('apps', (object) => condition(object, 'Ready') !== undefined);
  expect(shown(missing, 'Ready')).toBe(
    'False ArtifactFailed: gitrepositories.source.toolkit.fluxcd.io "fleet" not found',
  );
  expect(missing.status?.conditions).toHaveLength(1);
  await fleet.push('r1', twoMaps);
  await fleet.ready('apps', 'r1');
  expect((await fleet.events('apps')).filter((event) => event.startsWith('Warning'))).toEqual([]);
});

// kustomization 23-25
test('comes back to an artifact that is not there yet', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  fleet.answers = () => 404;
  await fleet.push('r1', twoMaps);
  await fleet.create('apps');
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toBe('False ArtifactFailed: Source is not ready, artifact not found, retrying in 30s');
  expect(fleet.downloads).toHaveLength(1);
  fleet.answers = undefined;
  await fleet.patch('apps', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } });
  await fleet.ready('apps', 'r1');
});

// kustomization 23-26
test('tries a download again where that may help', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  fleet.answers = () => (fleet.downloads.length <= 2 ? 503 : undefined);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  expect(fleet.downloads).toHaveLength(3);
  fleet.answers = () => 403;
  await fleet.push('r2', { 'a.yaml': configMapYaml('x') });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toMatch(/^False ArtifactFailed: .*\(status: 403 Forbidden\)$/);
  expect(fleet.downloads).toHaveLength(4);
});

// kustomization 23-27
test('refuses an artifact that is not what its digest says', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  const resource = await fleet.kube.resource({ group: 'source.toolkit.fluxcd.io', kind: 'GitRepository' });
  const wrong = { status: { artifact: { digest: `sha256:${'0'.repeat(64)}` } } };
  await fleet.kube.patch(resource!, { namespace: 'flux', name: 'fleet' }, wrong, {
    type: 'merge',
    subresource: 'status',
  });
  await fleet.create('apps');
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toMatch(
    /^False ArtifactFailed: failed to verify archive: computed digest doesn't match/,
  );
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
});

test('fetches an artifact once for all who use it', async () => {
  await using fleet = await startFleet();
  await fleet.push('r1', { 'one/a.yaml': configMapYaml('a'), 'two/b.yaml': configMapYaml('b') });
  await fleet.create('one', { path: './one' });
  await fleet.create('two', { path: './two' });
  await using _controller = await startController(fleet, compute);
  await fleet.ready('one', 'r1');
  await fleet.ready('two', 'r1');
  expect(fleet.downloads).toHaveLength(1);
});

test('tries again as soon as the artifact is served at another address', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  const sources = await fleet.kube.resource({ group: 'source.toolkit.fluxcd.io', kind: 'GitRepository' });
  const patch = { status: { artifact: { url: 'http://127.0.0.1:9/nobody-listens.tar.gz' } } };
  const key = { namespace: 'flux', name: 'fleet' };
  await fleet.kube.patch(sources!, key, patch, { type: 'merge', subresource: 'status' });
  await fleet.create('apps', { interval: '1h' });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(condition(failed, 'Ready')?.reason).toBe('ArtifactFailed');
  await fleet.push('r1', twoMaps);
  await fleet.ready('apps', 'r1');
});

// kustomization 23-33, 23-34
test.each(['./missing', '../../../etc'])('the path %s is not found', async (path) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps', { path });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toMatch(/^False ArtifactFailed: kustomization path not found: /);
  expect(failed.status?.lastAttemptedRevision).toBe(undefined);
});

// kustomization 23-30
test('refuses other namespaces where that is asked for', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute, { settings: { noCrossNamespaceRefs: true } });
  await fleet.create('apps', { sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'other' } });
  const stalled = await fleet.until('apps', (object) => condition(object, 'Stalled') !== undefined);
  const text = "AccessDenied: can't access 'GitRepository/other/fleet', cross-namespace references have been blocked";
  expect(shown(stalled, 'Ready')).toBe(`False ${text}`);
  expect(shown(stalled, 'Stalled')).toBe(`True ${text}`);
  expect(stalled.status?.observedGeneration).toBe(-1);
});

test.each([
  [{ decryption: { provider: 'sops' as const } }, 'BuildFailed', 'spec.decryption'],
  [{ kubeConfig: { secretRef: { name: 'x' } } }, 'ReconciliationFailed', 'spec.kubeConfig'],
])('refuses what it cannot do yet: %j', async (spec, reason, field) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps', spec);
  const stalled = await fleet.until('apps', (object) => condition(object, 'Stalled') !== undefined);
  expect(shown(stalled, 'Ready')).toContain(`False ${reason}: `);
  expect(shown(stalled, 'Ready')).toContain(`${field} is not supported by this version`);
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
});

const template = { 'a.yaml': configMapYaml('a', { region: '${region}', zone: '${zone:=z}' }) };

// kustomization 23-20, 23-65, 23-66
test('takes variables from ConfigMaps and Secrets, and follows their changes', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', template);
  const postBuild = {
    substitute: { zone: 'inline' },
    substituteFrom: [
      { kind: 'ConfigMap' as const, name: 'vars' },
      { kind: 'Secret' as const, name: 'none', optional: true },
    ],
  };
  await fleet.create('apps', { postBuild });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toBe(
    `False BuildFailed: substitute from 'ConfigMap/vars' error: configmaps "vars" not found`,
  );
  expect(failed.status?.lastAttemptedRevision).toBe('r1');
  const vars = (region: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'vars', namespace: 'flux', labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
    data: { region, zone: 'overridden' },
  });
  await fleet.apply(vars('eu\n'));
  await fleet.ready('apps', 'r1');
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.['data']).toEqual({ region: 'eu', zone: 'inline' });
  await fleet.apply(vars('us'));
  const isUs = async () => {
    const live = await fleet.read('v1', 'ConfigMap', 'a');
    return (live?.['data'] as { region?: string } | undefined)?.region === 'us' ? true : undefined;
  };
  await until(isUs, 'the new value');
});

// kustomization 23-92
test('refuses an encrypted Secret', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  const secret =
    'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {a: ENC}\nsops: {mac: x}\n';
  await fleet.push('r1', { 's.yaml': secret });
  await fleet.create('apps');
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toBe(
    'False ReconciliationFailed: Secret/shop/s is SOPS encrypted, configuring decryption is required for this secret to be reconciled',
  );
});

// kustomization 23-48, 23-49
test('an empty source empties the inventory', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  await fleet.push('r2', { 'kustomization.yaml': 'kind: Kustomization\n' });
  const object = await fleet.ready('apps', 'r2');
  expect(object.status?.inventory?.entries).toEqual([]);
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
});

// kustomization 23-29 is in the definition of `resolveArtifact`: only the artifact counts. kustomization 23-178
test('equal content under a new revision is one result', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', twoMaps);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  const before = await fleet.read('v1', 'ConfigMap', 'a');
  await fleet.push('r2', twoMaps);
  const object = await fleet.ready('apps', 'r2');
  expect(object.status?.history).toMatchObject([{ totalReconciliations: 2, metadata: { revision: 'r2' } }]);
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
  expect(fleet.downloads).toHaveLength(1);
});

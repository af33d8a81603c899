import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { condition, shown, startFleet, until } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();
const contents = { 'a.yaml': configMapYaml('a') };

// kustomization 23-147
test.each([
  ['MirrorPrune', { prune: true }, true],
  ['MirrorPrune', { prune: false }, false],
  ['Delete', { prune: false, deletionPolicy: 'Delete' as const }, true],
  ['WaitForTermination', { prune: false, deletionPolicy: 'WaitForTermination' as const }, true],
  ['Orphan', { prune: true, deletionPolicy: 'Orphan' as const }, false],
  ['suspended', { prune: true }, false],
])('%s with %j deletes the objects: %o', async (about, spec, isDeleted) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('apps', spec);
  await fleet.ready('apps', 'r1');
  if (about === 'suspended') await fleet.patch('apps', { spec: { suspend: true } });
  await fleet.remove('apps');
  await fleet.gone('apps');
  expect((await fleet.read('v1', 'ConfigMap', 'a')) === undefined).toBe(isDeleted);
});

// kustomization 23-151
test('does not need its source', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  await fleet.kube.delete((await fleet.kube.resource({ group: 'source.toolkit.fluxcd.io', kind: 'GitRepository' }))!, {
    namespace: 'flux',
    name: 'fleet',
  });
  await fleet.remove('apps');
  await fleet.gone('apps');
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
});

// kustomization 23-147, 23-148
test('waits for what ends slowly', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('apps', { deletionPolicy: 'WaitForTermination' });
  await fleet.ready('apps', 'r1');
  await fleet.edit('v1', 'ConfigMap', 'a', { metadata: { finalizers: ['example.org/hold'] } }, 'someone');
  await fleet.remove('apps');
  const isDeleting = async () => (await fleet.read('v1', 'ConfigMap', 'a'))?.metadata.deletionTimestamp;
  await until(isDeleting, 'the deletion');
  expect(await fleet.get('apps')).toBeDefined();
  await fleet.edit('v1', 'ConfigMap', 'a', { metadata: { finalizers: null } }, 'someone');
  await fleet.gone('apps');
});

// kustomization 23-137, 23-138, 23-145
test('keeps what is marked or belongs to another', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', { ...contents, 'b.yaml': configMapYaml('b'), 'c.yaml': configMapYaml('c') });
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  await fleet.edit(
    'v1',
    'ConfigMap',
    'a',
    { metadata: { annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } } },
    'x',
  );
  // Another Kustomization takes b over before it leaves this one.
  await fleet.push('o1', { 'b.yaml': configMapYaml('b') }, 'other');
  await fleet.patch('apps', { spec: { suspend: true } });
  await fleet.create('other', { sourceRef: { kind: 'GitRepository', name: 'other' } });
  await fleet.ready('other', 'o1');
  await fleet.push('r2', { 'c.yaml': configMapYaml('c') });
  await fleet.patch('apps', { spec: { suspend: false } });
  const object = await fleet.ready('apps', 'r2');
  expect(object.status?.inventory?.entries.map(({ id }) => id)).toEqual(['shop_c__ConfigMap']);
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBeDefined();
  expect(await fleet.read('v1', 'ConfigMap', 'b')).toBeDefined();
});

// security-reliability S-APP-06
test('does not delete what a forged inventory names', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('apps');
  const object = await fleet.ready('apps', 'r1');
  await fleet.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'foreign', namespace: 'shop' } });
  const entries = [...(object.status?.inventory?.entries ?? []), { id: 'shop_foreign__ConfigMap', v: 'v1' }];
  const resource = await fleet.kube.resource({ group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' });
  const forged = { status: { inventory: { entries } } };
  await fleet.kube.patch(resource!, { namespace: 'flux', name: 'apps' }, forged, {
    type: 'merge',
    subresource: 'status',
  });
  await fleet.push('r2', { 'b.yaml': configMapYaml('b') });
  await fleet.ready('apps', 'r2');
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
  expect(await fleet.read('v1', 'ConfigMap', 'foreign')).toBeDefined();
  const told = () => fleet.events('apps').then((events) => events.find((event) => event.includes('foreign')));
  expect(await until(told, 'the event')).toContain('ConfigMap/shop/foreign skipped');
});

// kustomization 23-143
test('an object whose kind is gone is gone', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`;
  const widget = 'apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}\n';
  await fleet.push('r1', { 'crd.yaml': crd, 'w.yaml': widget });
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  await fleet.push('r2', {});
  const object = await fleet.ready('apps', 'r2');
  expect(object.status?.inventory?.entries).toEqual([]);
});

// kustomization 23-149
test('orphans the objects when the service account is gone', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('apps', { serviceAccountName: 'deployer' });
  await fleet.ready('apps', 'r1');
  await fleet.remove('apps');
  await fleet.gone('apps');
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBeDefined();
  const told = () => fleet.events('apps').then((events) => events.find((event) => event.includes('unable to prune')));
  expect(await until(told, 'the event')).toContain('unable to prune objects: \nConfigMap/shop/a');
});

test('a service account that cannot be one is refused', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('apps', { serviceAccountName: 'no name' });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toContain(
    "False ReconciliationFailed: failed to build kube client: invalid service account name 'no name'",
  );
  expect(await fleet.read('v1', 'ConfigMap', 'a')).toBe(undefined);
});

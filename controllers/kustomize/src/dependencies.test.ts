import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { condition, shown, startFleet } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();
const contents = { 'one/a.yaml': configMapYaml('a'), 'two/b.yaml': configMapYaml('b') };

// kustomization 23-36
test('waits for a dependency that is missing, and goes on as soon as it is ready', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('two', { path: './two', dependsOn: [{ name: 'one' }] });
  const waiting = await fleet.until('two', (object) => condition(object, 'Ready') !== undefined);
  expect(shown(waiting, 'Ready')).toBe(
    `False DependencyNotReady: dependency 'flux/one' not found: kustomizations.kustomize.toolkit.fluxcd.io "one" not found`,
  );
  expect(await fleet.events('two')).toEqual([
    'Normal DependencyNotReady: Dependencies do not meet ready condition, retrying in 30s',
  ]);
  await fleet.create('one', { path: './one' });
  await fleet.ready('two', 'r1');
});

// kustomization 23-36, 23-151
test('can be deleted while it waits', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('two', { path: './two', dependsOn: [{ name: 'one' }] });
  await fleet.until('two', (object) => condition(object, 'Ready') !== undefined);
  await fleet.remove('two');
  await fleet.gone('two');
});

// kustomization 23-37, 23-44
test('waits while a dependency fails, and tells of the first that does', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('broken', { path: './missing' });
  await fleet.create('two', { path: './two', dependsOn: [{ name: 'broken' }, { name: 'absent' }] });
  const waiting = await fleet.until('two', (object) => shown(object, 'Ready').includes('broken'));
  expect(shown(waiting, 'Ready')).toMatch(
    /^False DependencyNotReady: dependency 'flux\/broken' (is not ready|not found)/,
  );
});

// kustomization 23-38
test('on the same source waits for the same revision, on another one does not', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.push('o1', contents, 'other');
  await fleet.create('one', { path: './one' });
  await fleet.ready('one', 'r1');
  await fleet.create('two', { path: './two', dependsOn: [{ name: 'one' }] });
  await fleet.create('three', {
    path: './two',
    sourceRef: { kind: 'GitRepository', name: 'other' },
    dependsOn: [{ name: 'one' }],
    prune: false,
  });
  await fleet.ready('two', 'r1');
  await fleet.ready('three', 'o1');
  await fleet.patch('one', { spec: { suspend: true } });
  await fleet.push('r2', { ...contents, 'two/c.yaml': configMapYaml('c') });
  const waiting = await fleet.until('two', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(waiting, 'Ready')).toBe(`False DependencyNotReady: dependency 'flux/one' revision is not up to date`);
  await fleet.patch('one', { spec: { suspend: false } });
  await fleet.ready('two', 'r2');
});

// kustomization 23-19
test('names a cycle, and does not hold up others', async () => {
  await using fleet = await startFleet();
  await using controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('a', { path: './one', dependsOn: [{ name: 'b' }] });
  await fleet.create('b', { path: './one', dependsOn: [{ name: 'a' }] });
  await fleet.create('free', { path: './two' });
  await fleet.ready('free', 'r1');
  await fleet.until('b', (object) => condition(object, 'Ready')?.status === 'False');
  await fleet.patch('a', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'one' } } });
  await fleet.until('a', ({ status }) => status?.lastHandledReconcileAt === 'one');
  expect(controller.log.map(({ msg }) => msg)).toContain('circular dependency detected: flux/a -> flux/b -> flux/a');
});

import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { condition, shown, startFleet } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();
const contents = { 'one/a.yaml': configMapYaml('a'), 'two/b.yaml': configMapYaml('b', { phase: 'Starting' }) };
const terminal = 'InvalidCELExpression: Reconciliation failed terminally due to configuration error: ';

function dependsOn(readyExpr: string) {
  return { path: './two', dependsOn: [{ name: 'one', readyExpr }] };
}

// kustomization 23-40
test('a readyExpr takes the place of the built-in rules, or adds to them', async () => {
  await using fleet = await startFleet();
  await fleet.push('r1', contents);
  await fleet.create('one', { path: './missing' });
  const isThere = dependsOn("dep.metadata.name == 'one' && self.metadata.name == 'two'");
  {
    await using _controller = await startController(fleet, compute, { settings: { additiveCelDependencyCheck: true } });
    await fleet.create('two', isThere);
    const waiting = await fleet.until('two', (object) => condition(object, 'Ready')?.status === 'False');
    expect(shown(waiting, 'Ready')).toBe("False DependencyNotReady: dependency 'flux/one' is not ready");
  }
  await using _controller = await startController(fleet, compute);
  const ready = await fleet.ready('two', 'r1');
  expect(ready.status?.lastAppliedRevision).toBe('r1');
  expect(shown(await fleet.get('one'), 'Ready')).toContain('False ArtifactFailed');
});

// kustomization 23-41, 23-43
test.each([
  ['dep.spec.path == self.spec.path', "dependency 'flux/one' is not ready according to readyExpr eval"],
  [
    "dep.metadata.labels['zone'] == 'a'",
    "failed to evaluate the CEL expression 'dep.metadata.labels['zone'] == 'a'': no such key: labels",
  ],
])('waits while %s is not true', async (readyExpr, text) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('one', { path: './one' });
  await fleet.ready('one', 'r1');
  await fleet.create('two', dependsOn(readyExpr));
  const waiting = await fleet.until('two', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(waiting, 'Ready')).toBe(`False DependencyNotReady: ${text}`);
  expect(condition(waiting, 'Stalled')).toBe(undefined);
});

// kustomization 23-42
test.each([
  ['dep.', "failed to parse the CEL expression 'dep.': ERROR: <input>:1:5: Syntax error: no viable alternative at"],
  ['dep.status.foo', 'CEL expression output type mismatch: expected bool, got dyn'],
])('is stalled by the readyExpr %s until it is mended', async (readyExpr, text) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  await fleet.create('one', { path: './one' });
  await fleet.ready('one', 'r1');
  await fleet.create('two', dependsOn(readyExpr));
  const stalled = await fleet.until('two', (object) => condition(object, 'Stalled') !== undefined);
  const message = `${terminal}terminal error: failed to evaluate dependency one: ${text}`;
  expect(shown(stalled, 'Ready')).toContain(`False ${message}`);
  expect(shown(stalled, 'Stalled')).toContain(`True ${message}`);
  expect(stalled.status?.observedGeneration).toBe(1);
  await fleet.patch('two', { spec: dependsOn("has(dep.status.conditions) && dep.spec.interval == '10m0s'") });
  expect(condition(await fleet.ready('two', 'r1'), 'Stalled')).toBe(undefined);
});

const healthChecks = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'b', namespace: 'shop' }];

// kustomization 23-171, 23-172
test('health is what healthCheckExprs say, the kind before its group', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  const healthCheckExprs = [
    { apiVersion: 'v1', current: 'true' },
    { apiVersion: 'v1', kind: 'ConfigMap', current: "data.phase == 'Up'", failed: "data.phase == 'Broken'" },
  ];
  await fleet.create('two', { path: './two', wait: true, timeout: '1h', retryInterval: '1h', healthCheckExprs });
  await fleet.until('two', (object) => condition(object, 'Healthy')?.status === 'Unknown');
  await fleet.push('r2', { 'two/b.yaml': configMapYaml('b', { phase: 'Up' }) });
  expect(shown(await fleet.ready('two', 'r2'), 'Healthy')).toMatch(/^True Succeeded: /);
  await fleet.push('r3', { 'two/b.yaml': configMapYaml('b', { phase: 'Broken' }) });
  const failed = await fleet.until('two', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Healthy')).toBe(
    "False HealthCheckFailed: failed early due to stalled resources: [ConfigMap/shop/b status: 'Failed']",
  );
});

// kustomization 23-173
test('an expression that fails is tried until the time is over', async () => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', contents);
  const healthCheckExprs = [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'status.ok' }];
  await fleet.create('two', { path: './two', healthChecks, timeout: '30s', healthCheckExprs });
  await fleet.until('two', (object) => condition(object, 'Healthy')?.status === 'Unknown');
  fleet.advance(31_000);
  await fleet.patch('two', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'one' } } });
  const failed = await fleet.until('two', (object) => condition(object, 'Healthy')?.status === 'False');
  expect(shown(failed, 'Healthy')).toBe(
    "False HealthCheckFailed: timeout waiting for: [ConfigMap/shop/b status: 'Unknown': " +
      "failed to evaluate the CEL expression 'status.ok': no such attribute(s): status.ok]",
  );
});

// kustomization 23-173
test.each([
  [
    [{ apiVersion: 'v1', current: 'a b' }],
    "failed to create custom status evaluator for healthchecks[0]: failed to parse the expression Current: failed to parse the CEL expression 'a b': ERROR: ",
  ],
  [
    [
      { apiVersion: 'v1', kind: 'ConfigMap', current: 'true' },
      { apiVersion: 'v1', kind: 'ConfigMap', current: 'true' },
    ],
    'duplicate custom health check for GroupKind ConfigMap at healthchecks[1]',
  ],
])('is stalled by %j, before its source is looked at', async (healthCheckExprs, text) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.create('two', { path: './two', healthCheckExprs });
  const stalled = await fleet.until('two', (object) => condition(object, 'Stalled') !== undefined);
  expect(shown(stalled, 'Ready')).toContain(`False ${terminal}${text}`);
  expect(shown(stalled, 'Stalled')).toContain(`True ${terminal}${text}`);
  expect(stalled.status?.observedGeneration).toBe(1);
  await fleet.push('r1', contents);
  await fleet.patch('two', { spec: { healthCheckExprs: null } });
  await fleet.ready('two', 'r1');
});

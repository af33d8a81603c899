import type { KubeObject } from '@sluice/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kustomization, startCluster, type TestCluster } from '../test/cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(() => cluster[Symbol.asyncDispose]());

const isSuspended = (object: KubeObject | undefined) =>
  (object?.['spec'] as { suspend?: boolean } | undefined)?.suspend;
const suspended = async (name: string) => isSuspended(await cluster.get(kustomization(name)));

// cli 25-27
test('suspends each named object once; a missing one is told and exits 1', async () => {
  await cluster.put(kustomization('a', 'True'));
  const { code, err } = await cluster.sluice('suspend', 'ks', 'a', 'b', 'a', '-n', 'apps');
  expect(err).toBe(
    '► suspending kustomization a in apps namespace\n✔ kustomization suspended\n' +
      '► suspending kustomization b in apps namespace\n✗ Kustomization b not found in apps namespace\n',
  );
  expect([code, await suspended('a')]).toEqual([1, true]);
});

// cli 25-29
test('without a name it asks for one; --all means the namespace', async () => {
  expect((await cluster.sluice('suspend', 'ks', '-n', 'apps')).err).toBe('✗ kustomization name is required\n');
  await cluster.put(kustomization('a', 'True'));
  await cluster.put({ ...kustomization('other', 'True'), metadata: { name: 'other', namespace: 'flux-system' } });
  expect((await cluster.sluice('suspend', 'ks', '--all', '-n', 'apps')).code).toBe(0);
  expect(await suspended('a')).toBe(true);
  const other = await cluster.get({ ...kustomization('other'), metadata: { name: 'other', namespace: 'flux-system' } });
  expect(isSuspended(other)).toBeUndefined();
});

// cli 25-28
test('resume of two names does not wait, of one it does', async () => {
  await cluster.put(kustomization('a', 'True', { suspend: true }));
  await cluster.put(kustomization('b', 'True', { suspend: true }));
  const both = await cluster.sluice('resume', 'ks', 'a', 'b', '-n', 'apps');
  expect([both.code, await suspended('a'), await suspended('b')]).toEqual([0, false, false]);
  expect(both.err).not.toContain('waiting');
  // No controller observes the generation that resuming makes.
  const one = await cluster.sluice('resume', 'ks', 'a', '-n', 'apps', '--timeout', '300ms');
  expect(one.err).toContain('◎ waiting for Kustomization reconciliation\n');
  expect(one.err).toMatch(/✗ reconciliation failed for 1 Kustomization\(s\)\n$/);
  expect(one.code).toBe(1);
});

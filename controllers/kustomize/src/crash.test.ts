import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { KubeObject, Kustomization } from '@sluice/api';
import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { startFleet, type Fleet } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();
const program = join(import.meta.dirname, 'test/controller-process.ts');
const namespaceYaml = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
const first = { 'ns.yaml': namespaceYaml('one'), 'a.yaml': configMapYaml('a'), 'b.yaml': configMapYaml('b') };
const second = {
  'ns.yaml': namespaceYaml('two'),
  'a.yaml': configMapYaml('a', { k: '2' }),
  'c.yaml': configMapYaml('c'),
};

/** Runs the controller until it kills itself at the failpoint. */
async function runUntilKilled(fleet: Fleet, failpoint: string): Promise<void> {
  const { url, caPem, token } = fleet.server;
  const argument = JSON.stringify({ server: url, ca: caPem, token, failpoint });
  const child = spawn(process.execPath, [program, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGTERM'), 20_000);
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  if (signal !== 'SIGKILL') throw new Error(`it was not killed: ${output}`);
}

/** Everything that our labels claim is tracked: in the inventory, or about to be deleted. */
async function untracked(fleet: Fleet): Promise<string[]> {
  const tracked = new Set((await fleet.get('apps'))?.status?.inventory?.entries.map(({ id }) => id));
  const kinds = ['ConfigMap', 'Namespace'];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const resource = await fleet.kube.resource({ group: '', version: 'v1', kind });
      const { items } = await fleet.kube.list<KubeObject>(resource!, {
        labelSelector: 'kustomize.toolkit.fluxcd.io/name=apps',
      });
      return items.map(({ metadata }) => `${metadata.namespace ?? ''}_${metadata.name}__${kind}`);
    }),
  );
  return lists.flat().filter((id) => !tracked.has(id));
}

// kustomization 23-188; security-reliability 4.4, steps K1 to K12
test.each([
  'runtime/after-finalizer', // K1
  'kustomize/after-progress', // K2
  'kustomize/after-open', // K3
  'kustomize/after-build', // K4
  'kustomize/after-dry-run', // K5
  'kustomize/after-inventory', // K6
  'kustomize/after-stage-1', // K7
  'kustomize/after-stage-2', // K8
  'runtime/before-status', // K10
  'runtime/after-status', // K12
])('killed at %s in its first run, it ends where it would have', { timeout: 60_000 }, async (failpoint) => {
  await using fleet = await startFleet();
  await fleet.push('r1', first);
  await fleet.create('apps');
  await runUntilKilled(fleet, failpoint);
  expect(await untracked(fleet)).toEqual([]);
  // What was tried leaves the source before the controller comes back.
  await fleet.push('r2', second);
  await using _controller = await startController(fleet, compute);
  await expectSecond(fleet, await fleet.ready('apps', 'r2'));
});

test.each([
  'kustomize/after-dry-run',
  'kustomize/after-inventory',
  'kustomize/after-stage-1',
  'kustomize/after-prune-object', // K9
  'kustomize/after-prune',
  'runtime/before-status',
])('killed at %s in an upgrade, it ends where it would have', { timeout: 60_000 }, async (failpoint) => {
  await using fleet = await startFleet();
  await fleet.push('r1', first);
  await fleet.create('apps');
  {
    await using _controller = await startController(fleet, compute);
    await fleet.ready('apps', 'r1');
  }
  await fleet.push('r2', second);
  await runUntilKilled(fleet, failpoint);
  expect(await untracked(fleet)).toEqual([]);
  await using _controller = await startController(fleet, compute);
  await expectSecond(fleet, await fleet.ready('apps', 'r2'));
});

async function expectSecond(fleet: Fleet, object: Kustomization): Promise<void> {
  expect(object.status?.inventory?.entries.map(({ id }) => id)).toEqual([
    '_two__Namespace',
    'shop_a__ConfigMap',
    'shop_c__ConfigMap',
  ]);
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.['data']).toEqual({ k: '2' });
  expect(await fleet.read('v1', 'ConfigMap', 'b')).toBe(undefined);
  expect(await fleet.read('v1', 'ConfigMap', 'c')).toBeDefined();
  const old = await fleet.read('v1', 'Namespace', 'one');
  expect(old === undefined || old.metadata.deletionTimestamp !== undefined).toBe(true);
}

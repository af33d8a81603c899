import type { GitRepo } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { condition } from '../test/condition.ts';
import { startRig, type Rig } from '../test/rig.ts';

describe('includes', () => {
  async function two(rig: Rig): Promise<{ base: GitRepo; app: GitRepo }> {
    const base = await rig.createRepo('base');
    const app = await rig.createRepo('app');
    await base.commit({ 'k8s/run.sh': { executable: 'go' }, other: 'x' });
    await app.commit({ own: '1' });
    return { base, app };
  }

  // source 20.9-138, 20.9-139, 20.9-140, 20.9-143
  test('missing, there, changed, gone', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const { base } = await two(rig);
    const include = [{ repository: { name: 'base' }, fromPath: 'k8s', toPath: 'from-base' }];
    await rig.create('app', { include });
    const waiting = await rig.until('app', (current) => condition(current, 'IncludeUnavailable') !== undefined);
    const missing = `could not get resource for include 'base': gitrepositories.source.toolkit.fluxcd.io "base" not found`;
    expect(condition(waiting, 'IncludeUnavailable')).toBe(`True NotFound: ${missing}`);
    expect(condition(waiting, 'Ready')).toBe(`False NotFound: ${missing}`);
    expect(condition(waiting, 'Reconciling')).toMatch(/^True ProgressingWithRetry: /);
    expect(await rig.event('app', /NotFound/)).toContain(`Normal NotFound: ${missing}`);

    // The rig waits ten minutes for includes: it is their change that wakes the run.
    await rig.create('base', { url: `${rig.git.url}/base.git` });
    const ready = await rig.ready('app');
    expect(await rig.files(ready)).toEqual({ own: '1', 'from-base/run.sh': 'go' });
    expect(ready.status?.includedArtifacts).toEqual([(await rig.get('base'))?.status?.artifact]);

    await base.commit({ 'k8s/run.sh': 'again' });
    await rig.reconcile('base');
    const changed = await rig.until('app', (current) => {
      const digest = current?.status?.artifact?.digest;
      return (
        digest !== undefined &&
        digest !== ready.status?.artifact?.digest &&
        condition(current, 'Reconciling') === undefined
      );
    });
    expect(changed.status?.artifact?.revision).toBe(ready.status?.artifact?.revision);
    expect(await rig.files(changed)).toEqual({ own: '1', 'from-base/run.sh': 'again' });

    await rig.patch('app', { spec: { include: null } });
    const without = await rig.ready('app');
    expect(await rig.files(without)).toEqual({ own: '1' });
    expect(without.status).not.toHaveProperty('includedArtifacts');
  });

  // security case 38
  test('of itself', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    await two(rig);
    await rig.create('app', { include: [{ repository: { name: 'app' } }] });
    const refused = await rig.until('app', (current) => condition(current, 'IncludeUnavailable') !== undefined);
    expect(condition(refused, 'IncludeUnavailable')).toBe('True IncludeCycle: includes form a cycle: app -> app');
  });

  // source 20.9-141
  test('a folder that is not there', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    await two(rig);
    await rig.create('base', { url: `${rig.git.url}/base.git` });
    await rig.ready('base');
    await rig.create('app', { include: [{ repository: { name: 'base' }, fromPath: 'none' }] });
    const failed = await rig.until('app', (current) => condition(current, 'StorageOperationFailed') !== undefined);
    expect(condition(failed, 'Ready')).toBe(
      "False CopyFailure: failed to copy 'base' include from none to base: no such file or directory",
    );
  });
});

// source 20.9-145, 20.9-146, 20.9-147
test('submodules and sparse checkout', async () => {
  await using rig = await startRig();
  await using _controller = await rig.startController();
  const inner = await rig.createRepo('inner');
  await inner.commit({ deep: 'd' });
  const lib = await rig.createRepo('lib');
  await lib.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.bareDir, 'inner');
  await lib.git('config', '-f', '.gitmodules', 'submodule.inner.url', '../inner.git');
  await lib.commit({ l: '1' });
  const repo = await rig.createRepo();
  await repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib.bareDir, 'libs/lib');
  await repo.git('config', '-f', '.gitmodules', 'submodule.libs/lib.url', '../lib.git');
  const commit = await repo.commit({ own: '1' });
  await rig.create('app', { ref: { commit } });
  expect(await rig.files(await rig.ready('app'))).toEqual({ own: '1' });
  await rig.patch('app', { spec: { recurseSubmodules: true } });
  const all = await rig.ready('app');
  expect(await rig.files(all)).toEqual({ own: '1', 'libs/lib/l': '1', 'libs/lib/inner/deep': 'd' });
  expect(all.status?.observedRecurseSubmodules).toBe(true);
  await rig.patch('app', { spec: { sparseCheckout: ['./libs/lib/inner'] } });
  expect(await rig.files(await rig.ready('app'))).toEqual({ 'libs/lib/inner/deep': 'd' });
  await rig.patch('app', { spec: { sparseCheckout: ['none'] } });
  const failed = await rig.until('app', (current) => condition(current, 'FetchFailed') !== undefined);
  expect(condition(failed, 'FetchFailed')).toBe(
    "True GitOperationFailed: failed to sparse checkout directories : sparse checkout dir 'none' does not exist in repository: no such file or directory",
  );
  await rig.patch('app', { spec: { sparseCheckout: null } });
  await repo.git('config', '-f', '.gitmodules', 'submodule.libs/lib.url', 'ext::sh -c touch% /tmp/pwn');
  const bad = await repo.commit({});
  await rig.patch('app', { spec: { ref: { commit: bad } } });
  const refused = await rig.until('app', (current) => condition(current, 'FetchFailed')?.includes('libs/lib') === true);
  expect(condition(refused, 'FetchFailed')).toContain(
    "unable to fetch submodule 'libs/lib': the address of a submodule",
  );
});

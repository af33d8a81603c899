import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findCondition, gitRepositoryGvk, type GitRepository } from '@sluice/api';
import type { GitFailure } from '@sluice/git-server';
import { describe, expect, test } from 'vitest';
import { condition } from '../test/condition.ts';
import { startRig } from '../test/rig.ts';

test('from a commit to an artifact that can be downloaded', async () => {
  await using rig = await startRig();
  await using _controller = await rig.startController();
  const repo = await rig.createRepo();
  const commit = await repo.commit({ 'app.yaml': 'a: 1\n', 'logo.png': 'x' }, { message: 'Add the app\n\nAnd more.' });
  await rig.create('app', {});
  const ready = await rig.ready('app');
  const revision = `main@sha1:${commit}`;
  expect(ready.status?.artifact).toMatchObject({
    path: `gitrepository/default/app/${commit}.tar.gz`,
    revision,
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    size: expect.any(Number),
  });
  expect(ready.status?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'ArtifactInStorage']);
  expect(condition(ready, 'Ready')).toBe(`True Succeeded: stored artifact for revision '${revision}'`);
  expect(condition(ready, 'ArtifactInStorage')).toBe(condition(ready, 'Ready'));
  expect(ready.metadata.finalizers).toEqual(['finalizers.fluxcd.io']);
  expect(await rig.files(ready)).toEqual({ 'app.yaml': 'a: 1\n' });
  expect((await rig.event('app', /NewArtifact/)).at(-1)).toBe(
    "Normal NewArtifact: stored artifact for commit 'Add the app'",
  );
});

describe('lifecycle', () => {
  // source 20.2-20, 20.2-24
  test('tells what it is doing', async () => {
    await using rig = await startRig();
    const repo = await rig.createRepo();
    const seen: string[] = [];
    await using _controller = await rig.startController({
      failpoint: async (name) => {
        const current = name.startsWith('source/') ? await rig.get('app') : undefined;
        if (current === undefined) return;
        seen.push(
          ...['Reconciling', 'Ready', 'ArtifactOutdated'].map((type) => `${name} ${type} ${condition(current, type)}`),
        );
      },
    });
    const first = await repo.commit({ a: '1' });
    await rig.create('app', {});
    await rig.ready('app');
    expect(seen).toContain('source/after-progress Ready Unknown Progressing: building artifact');
    const building = `Progressing: building artifact: new upstream revision 'main@sha1:${first}'`;
    expect(seen).toContain(`source/after-write Reconciling True ${building}`);
    expect(seen).toContain(`source/after-write Ready Unknown ${building}`);
    expect(seen).toContain('source/after-write ArtifactOutdated undefined');

    seen.length = 0;
    const second = await repo.commit({ a: '2' });
    await rig.reconcile('app');
    const ready = await rig.ready('app', `main@sha1:${second}`);
    expect(seen).toContain(
      `source/after-write ArtifactOutdated True NewRevision: new upstream revision 'main@sha1:${second}'`,
    );
    expect(condition(ready, 'ArtifactOutdated')).toBeUndefined();
    expect(await rig.files(ready)).toEqual({ a: '2' });
  });

  // source 20.2-23, 20.2-35, 20.6-104, 20.6-106
  test('without anything new it only lists references, and writes no more than was asked for', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', {});
    const before = await rig.ready('app');
    rig.gitLog.length = 0;
    rig.writes.length = 0;
    const after = await rig.reconcile('app');
    expect(rig.gitLog).toEqual(['GET info', 'POST ls-refs']);
    expect(rig.writes).toEqual(['patch gitrepositories/status']);
    expect(after.status).toEqual({ ...before.status, lastHandledReconcileAt: after.status?.lastHandledReconcileAt });

    const edited = await rig.patch('app', { spec: { interval: '2h' } });
    const observed = await rig.ready('app');
    expect(observed.status?.observedGeneration).toBe(edited.metadata.generation);
    expect(findCondition(observed.status?.conditions, 'ArtifactInStorage')?.observedGeneration).toBe(2);
    expect(observed.status?.artifact).toEqual(before.status?.artifact);
    expect(rig.gitLog).not.toContain('POST fetch');
  });

  // source 20.2-25, 20.2-27, 20.2-33, 20.6-108
  test('keeps the old artifact while the repository fails, and recovers', async () => {
    const failures: GitFailure[] = [];
    await using rig = await startRig({ fail: () => failures[0] });
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    const commit = await repo.commit({ a: '1' });
    await rig.create('app', {});
    const before = await rig.ready('app');
    failures.push({ type: 'answer', status: 500 });
    const failed = await rig.reconcile('app');
    const message = `failed to checkout and determine revision: unable to list remote for '${rig.git.url}/app.git': unexpected status 500`;
    expect(condition(failed, 'FetchFailed')).toBe(`True GitOperationFailed: ${message}`);
    expect(condition(failed, 'Ready')).toBe(`False GitOperationFailed: ${message}`);
    expect(condition(failed, 'Reconciling')).toBe('True ProgressingWithRetry: reconciliation in progress');
    expect(condition(failed, 'ArtifactInStorage')).toMatch(/^True /);
    expect(await rig.files(failed)).toEqual({ a: '1' });
    expect(await rig.event('app', /GitOperationFailed/)).toContain(`Warning GitOperationFailed: ${message}`);
    failures.pop();
    const recovered = await rig.ready('app');
    expect(recovered.status?.artifact).toEqual(before.status?.artifact);
    expect(condition(recovered, 'FetchFailed')).toBeUndefined();
    const revision = `main@sha1:${commit}`;
    expect(await rig.event('app', / Succeeded:/)).toContain(
      `Normal Succeeded: stored artifact for commit '${revision}'`,
    );
  });

  // source 20.2-30, 20.2-31, 20.2-32
  test('suspended: no fetch; resumed: at once; deleted: nothing is left', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', {});
    await rig.ready('app');
    await rig.patch('app', { spec: { suspend: true } });
    const next = await repo.commit({ a: '2' });
    rig.gitLog.length = 0;
    const suspended = await rig.reconcile('app');
    expect(rig.gitLog).toEqual([]);
    expect(await rig.files(suspended)).toEqual({ a: '1' });
    await rig.patch('app', { spec: { suspend: false } });
    await rig.ready('app', `main@sha1:${next}`);

    await rig.patch('app', { spec: { suspend: true } });
    await rig.kube.delete((await rig.kube.resource(gitRepositoryGvk))!, { namespace: 'default', name: 'app' });
    await rig.until('app', (current) => current === undefined);
    expect(await readdir(join(rig.storageDir, 'gitrepository/default'))).toEqual([]);
  });

  // source 20.2-37
  test('hangs in deletion while its files cannot be removed', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', {});
    await rig.ready('app');
    // A file in the place of a folder makes removal fail, for root too.
    const parent = join(rig.storageDir, 'gitrepository/default');
    await rename(parent, `${parent}-aside`);
    await writeFile(parent, '');
    await rig.kube.delete((await rig.kube.resource(gitRepositoryGvk))!, { namespace: 'default', name: 'app' });
    expect(await rig.event('app', /GarbageCollectionFailed/)).toContainEqual(
      expect.stringMatching(
        /^Warning GarbageCollectionFailed: garbage collection for deleted resource failed: [A-Z]+: [a-z ]+$/,
      ),
    );
    expect((await rig.get('app'))?.metadata.finalizers).toEqual(['finalizers.fluxcd.io']);
    await rm(parent);
    await rename(`${parent}-aside`, parent);
    await rig.until('app', (current) => current === undefined);
    expect(await readdir(parent)).toEqual([]);
  });

  // source 20.2-39, 20.2-46
  test('leaves conditions of others alone, and times of its own', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', {});
    const before = await rig.ready('app');
    const foreign = {
      type: 'Foreign',
      status: 'True',
      reason: 'Other',
      message: 'of somebody else',
      lastTransitionTime: '2021-01-01T00:00:00Z',
      observedGeneration: 1,
    };
    await rig.patchStatus('app', { conditions: [...(before.status?.conditions ?? []), foreign] });
    await rig.patch('app', { spec: { interval: '2h' } });
    const after = await rig.ready('app');
    expect(findCondition(after.status?.conditions, 'Foreign')).toEqual(foreign);
    for (const type of ['Ready', 'ArtifactInStorage']) {
      const time = (object: GitRepository) => findCondition(object.status?.conditions, type)?.lastTransitionTime;
      expect(time(after)).toBe(time(before));
    }
  });

  // source 20.2-28, 20.2-29, 20.7-122, 20.7-123, security case 15
  test('stalls until it is changed', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', { url: 'https://' });
    const isStalled = (reason: string) => (current: GitRepository | undefined) =>
      condition(current, 'Stalled')?.startsWith(`True ${reason}: `) === true &&
      current?.status?.observedGeneration === current?.metadata.generation;
    const stalled = await rig.until('app', isStalled('URLInvalid'));
    expect(condition(stalled, 'Stalled')).toBe("True URLInvalid: failed to parse url 'https://': invalid URL");
    expect(condition(stalled, 'Ready')?.slice(6)).toBe(condition(stalled, 'Stalled')?.slice(5));
    expect(condition(stalled, 'Reconciling')).toBeUndefined();
    await rig.patch('app', { spec: { provider: 'github', url: `${rig.git.url}/app.git` } });
    await rig.until('app', isStalled('InvalidProviderConfiguration'));
    await rig.patch('app', { spec: { provider: 'aws', serviceAccountName: 'x' } });
    await rig.until('app', isStalled('FeatureGateDisabled'));
    await rig.patch('app', { spec: { provider: null, serviceAccountName: null } });
    expect(condition(await rig.ready('app'), 'Stalled')).toBeUndefined();
  });

  // source 20.14-223, 20.3-58
  test('starting again rebuilds nothing, and takes over a new address', async () => {
    await using rig = await startRig();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    const first = await rig.startController();
    await rig.create('app', {});
    const before = await rig.ready('app');
    await first[Symbol.asyncDispose]();
    rig.gitLog.length = 0;
    await using _second = await rig.startController({ advertised: 'https://artifacts.example' });
    const after = await rig.reconcile('app');
    expect(rig.gitLog).not.toContain('POST fetch');
    const { artifact } = before.status!;
    expect(after.status?.artifact).toEqual({ ...artifact, url: `https://artifacts.example/${artifact?.path}` });
    expect((await rig.event('app', /NewArtifact/)).filter((text) => text.includes('NewArtifact'))).toHaveLength(1);
  });
});

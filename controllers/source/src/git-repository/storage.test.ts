import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitRepository } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { condition } from '../test/condition.ts';
import { startRig, type Rig } from '../test/rig.ts';

describe('storage', () => {
  async function withArtifact(rig: Rig): Promise<{ before: GitRepository; path: string }> {
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', {});
    const before = await rig.ready('app');
    return { before, path: join(rig.storageDir, before.status?.artifact?.path ?? '') };
  }

  // source 20.3-52, 20.6-107
  test('a lost file is built again', async () => {
    await using rig = await startRig();
    const seen: (string | undefined)[] = [];
    await using _controller = await rig.startController({
      failpoint: async (name) => {
        if (name === 'source/after-progress') seen.push(condition(await rig.get('app'), 'Ready'));
      },
    });
    const { before, path } = await withArtifact(rig);
    await rm(path);
    const after = await rig.reconcile('app');
    expect(seen.at(-1)).toBe('Unknown Progressing: building artifact: disappeared from storage');
    expect(after.status?.artifact?.digest).toBe(before.status?.artifact?.digest);
    expect(await rig.files(after)).toEqual({ a: '1' });
    expect((await rig.event('app', /NewArtifact/)).filter((text) => text.includes('NewArtifact'))).toHaveLength(1);
  });

  // source 20.3-53, security case 72
  test('a damaged file is dropped and built again', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const { before, path } = await withArtifact(rig);
    const { digest } = before.status!.artifact!;
    await writeFile(path, Buffer.alloc(before.status?.artifact?.size ?? 0));
    const after = await rig.reconcile('app');
    expect(after.status?.artifact?.digest).toBe(digest);
    expect(await rig.files(after)).toEqual({ a: '1' });
    expect(await rig.event('app', /ArtifactVerificationFailed/)).toContain(
      `Warning ArtifactVerificationFailed: failed to verify integrity of artifact: computed digest doesn't match '${digest}'`,
    );
  });

  // source 20.3-62
  test('a store that cannot be written', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    await writeFile(join(rig.storageDir, 'gitrepository'), 'in the way');
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', {});
    const failed = await rig.until('app', (current) => condition(current, 'StorageOperationFailed') !== undefined);
    expect(condition(failed, 'StorageOperationFailed')).toMatch(
      /^True DirectoryCreationFailed: failed to create artifact directory: [A-Z]+: [a-z ]+$/,
    );
    await rm(join(rig.storageDir, 'gitrepository'));
    expect(condition(await rig.ready('app'), 'StorageOperationFailed')).toBeUndefined();
  });

  // source 20.4-80, 20.4-79, 20.4-69, security case 76
  test('other ignore rules at the same commit give another file', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ 'a.md': '1', b: '2' });
    await rig.create('app', {});
    const before = await rig.ready('app');
    await rig.patch('app', { spec: { ignore: '' } });
    const same = await rig.ready('app');
    expect(same.status?.observedIgnore).toBe('');
    expect(same.status?.artifact?.digest).toBe(before.status?.artifact?.digest);
    await rig.patch('app', { spec: { ignore: '*.md' } });
    const after = await rig.ready('app');
    expect(after.status?.artifact?.revision).toBe(before.status?.artifact?.revision);
    expect(after.status?.artifact?.digest).not.toBe(before.status?.artifact?.digest);
    expect(await rig.files(after)).toEqual({ b: '2' });
    // The old URL still gives the old bytes.
    expect(await rig.files(before)).toEqual({ 'a.md': '1', b: '2' });
  });

  // source 20.3-56
  test('another digest algorithm is for new artifacts', async () => {
    await using rig = await startRig();
    const first = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', {});
    const before = await rig.ready('app');
    await first[Symbol.asyncDispose]();
    await using _second = await rig.startController({ digestAlgorithm: 'sha512' });
    const same = await rig.reconcile('app');
    expect(same.status?.artifact?.digest).toBe(before.status?.artifact?.digest);
    const commit = await repo.commit({ a: '2' });
    await rig.reconcile('app');
    const after = await rig.ready('app', `main@sha1:${commit}`);
    expect(after.status?.artifact?.digest).toMatch(/^sha512:/);
    expect(await rig.files(after)).toEqual({ a: '2' });
  });

  // source 20.1-17, 20.3-55
  test('a status of old is built anew once', async () => {
    await using rig = await startRig();
    const repo = await rig.createRepo();
    const commit = await repo.commit({ a: '1' });
    await rig.create('app', {});
    const folder = join(rig.storageDir, 'gitrepository/default/app');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${commit}.tar.gz`), 'what an old version stored');
    const legacy = {
      path: `gitrepository/default/app/${commit}.tar.gz`,
      url: 'http://old.example/x.tar.gz',
      revision: `main/${commit}`,
      digest: `sha256:${'0'.repeat(64)}`,
      lastUpdateTime: '2021-01-01T00:00:00Z',
    };
    await rig.patchStatus('app', { observedGeneration: 1, artifact: legacy });
    await using _controller = await rig.startController();
    const after = await rig.ready('app', `main@sha1:${commit}`);
    expect(await rig.files(after)).toEqual({ a: '1' });
    rig.gitLog.length = 0;
    await rig.reconcile('app');
    expect(rig.gitLog).not.toContain('POST fetch');
  });

  // Crash table A: whatever a killed process left, the next one ends well.
  test.each([
    'source/after-progress',
    'source/after-fetch',
    'source/after-stage',
    'source/after-write',
    'source/after-fsync',
    'source/after-rename',
    'source/after-fsync-folder',
    'runtime/before-status',
    'runtime/after-status',
  ])('killed at %s', async (failpoint) => {
    await using rig = await startRig();
    const repo = await rig.createRepo();
    const commit = await repo.commit({ a: '1' });
    await rig.create('app', {});
    expect(await rig.runUntilKilled(failpoint)).toBe('SIGKILL');
    const published = (await rig.get('app'))?.status?.artifact;
    expect(published === undefined).toBe(failpoint !== 'runtime/after-status');
    await using _controller = await rig.startController();
    await rig.reconcile('app');
    const ready = await rig.ready('app', `main@sha1:${commit}`);
    expect(await rig.files(ready)).toEqual({ a: '1' });
    const files = await readdir(join(rig.storageDir, 'gitrepository/default/app'));
    expect(files.filter((file) => !file.endsWith('.tmp'))).toEqual([`${commit}.tar.gz`]);
  });
});

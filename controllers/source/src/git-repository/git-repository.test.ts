import { findCondition, type GitRepository } from '@sluice/api';
import { expect, test } from 'vitest';
import { startRig } from '../test/rig.ts';

function condition(repo: GitRepository | undefined, type: string): string | undefined {
  const found = findCondition(repo?.status?.conditions, type);
  return found === undefined ? undefined : `${found.status} ${found.reason}: ${found.message}`;
}

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

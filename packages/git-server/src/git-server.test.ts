import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createGitRoot } from '@sluice/testkit';
import { startGitServer, type GitFailure, type GitRequest } from './git-server.ts';

const run = promisify(execFile);

test('git itself lists and pushes through the server', async () => {
  await using root = await createGitRoot();
  const repo = await root.createRepo('app');
  const first = await repo.commit({ 'a.yaml': 'a' });
  const requests: GitRequest[] = [];
  await using server = await startGitServer({ root: root.dir, allowPush: true, onRequest: (r) => requests.push(r) });
  const listed = await run('git', ['ls-remote', `${server.url}/app.git`, 'refs/heads/main']);
  expect(listed.stdout).toBe(`${first}\trefs/heads/main\n`);
  expect(requests.map((r) => r.command)).toEqual([undefined, 'ls-refs']);

  await repo.git('commit', '-q', '--allow-empty', '-m', 'second');
  await repo.git('push', '-q', `${server.url}/app.git`, 'main');
  expect((await run('git', ['-C', repo.bareDir, 'log', '-1', '--format=%s'])).stdout).toBe('second\n');
});

test('asks for a password, and fails on order', async () => {
  await using root = await createGitRoot();
  await (await root.createRepo('app')).commit({ a: 'a' });
  const failures: GitFailure[] = [];
  await using server = await startGitServer({
    root: root.dir,
    auth: { type: 'basic', username: 'u', password: 'p' },
    fail: () => failures.pop(),
  });
  const url = `${server.url}/app.git/info/refs?service=git-upload-pack`;
  const authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
  expect(
    (await fetch(`${server.url}/none.git/info/refs?service=git-upload-pack`, { headers: { authorization } })).status,
  ).toBe(404);
  failures.push({ type: 'answer', status: 500 });
  expect((await fetch(url, { headers: { authorization } })).status).toBe(500);
});

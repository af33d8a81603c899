import { createEgressPolicy } from '@sluice/egress';
import { startGitServer, type GitRequest, type GitServerOptions } from '@sluice/git-server';
import { createGitRoot, type GitRepo } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { openCheckout, type Checkout } from './checkout.ts';
import { createGit, type GitAccess, type GitOptions } from './client.ts';
import type { Reference, Resolved } from './resolve.ts';
import { parseRepositoryUrl } from './url.ts';

const loopback = createEgressPolicy(['127.0.0.0/8']);

interface Rig extends AsyncDisposable {
  readonly repo: GitRepo;
  readonly url: string;
  readonly requests: readonly GitRequest[];
  resolve(ref: Reference, access?: Partial<GitAccess>): Promise<Resolved>;
  checkout(ref: Reference): Promise<{ resolved: Resolved; checkout: Checkout }>;
}

async function start(options: Partial<GitServerOptions> = {}, gitOptions: GitOptions = {}): Promise<Rig> {
  const stack = new AsyncDisposableStack();
  const root = stack.use(await createGitRoot());
  const repo = await root.createRepo('app');
  const requests: GitRequest[] = [];
  const server = stack.use(
    await startGitServer({ root: root.dir, onRequest: (request) => requests.push(request), ...options }),
  );
  const url = `${server.url}/app.git`;
  const open = (access: Partial<GitAccess> = {}) =>
    createGit({ egress: loopback, ...gitOptions }).repository(parseRepositoryUrl(url), { auth: {}, ...access });
  const signal = AbortSignal.timeout(20_000);
  return {
    repo,
    url,
    requests,
    async resolve(ref, access) {
      using repository = open(access);
      return await repository.resolve(ref, signal);
    },
    async checkout(ref) {
      using repository = open();
      const resolved = await repository.resolve(ref, signal);
      return { resolved, checkout: openCheckout(await repository.fetch(resolved, signal), resolved) };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function filesOf(checkout: Checkout): Record<string, string> {
  const files = checkout.entries.filter(({ type }) => type !== 'directory' && type !== 'submodule');
  return Object.fromEntries(files.map((entry) => [entry.path, Buffer.from(checkout.read(entry)).toString()]));
}

describe.each([2, 0] as const)('protocol %d', (protocol) => {
  test('branch, tags, name, commit and semver', async () => {
    await using rig = await start({ protocol });
    const first = await rig.repo.commit({ 'a.yaml': 'one', 'dir/b.sh': { executable: 'x' }, link: { link: 'a.yaml' } });
    await rig.repo.git('tag', 'v1.2.0');
    await rig.repo.git('tag', '-a', '-m', 'annotated', 'v1.3.0');
    await rig.repo.git('tag', 'v2.0.0-rc.1');
    await rig.repo.git('push', '-q', 'origin', '--tags');
    const second = await rig.repo.commit({ 'a.yaml': 'two' });
    const tagObject = await rig.repo.git('rev-parse', 'v1.3.0');
    const before = { 'a.yaml': 'one', 'dir/b.sh': 'x', link: 'a.yaml' };
    const after = { ...before, 'a.yaml': 'two' };

    const main = await rig.checkout({ branch: 'main' });
    expect(main.resolved).toEqual({ commit: second, revision: `main@sha1:${second}` });
    expect(filesOf(main.checkout)).toEqual(after);
    expect(main.checkout.entries.map(({ path, type }) => `${type} ${path}`)).toEqual([
      'file a.yaml',
      'directory dir',
      'executable dir/b.sh',
      'symlink link',
    ]);

    // source 20.5-87: the commit, not the tag object
    expect(await rig.resolve({ tag: 'v1.2.0' })).toMatchObject({ revision: `v1.2.0@sha1:${first}` });
    const annotated = await rig.checkout({ tag: 'v1.3.0' });
    expect(annotated.resolved).toEqual({
      commit: first,
      revision: `v1.3.0@sha1:${first}`,
      tag: { name: 'v1.3.0', oid: tagObject },
    });
    expect(filesOf(annotated.checkout)).toEqual(before);
    expect(Buffer.from(annotated.checkout.tag?.payload ?? '').toString()).toContain('annotated');

    // source 20.5-90, 20.5-92
    expect((await rig.resolve({ semver: '>=1.0.0 <2.0.0' })).revision).toBe(`v1.3.0@sha1:${first}`);
    expect((await rig.resolve({ semver: '>=1.0.0-0' })).revision).toBe(`v2.0.0-rc.1@sha1:${first}`);

    // source 20.5-99
    expect((await rig.resolve({ name: 'refs/heads/main' })).revision).toBe(`refs/heads/main@sha1:${second}`);
    expect((await rig.resolve({ name: 'refs/tags/v1.3.0' })).revision).toBe(`refs/tags/v1.3.0@sha1:${first}`);
    expect((await rig.resolve({ name: 'refs/tags/v1.3.0^{}' })).revision).toBe(`refs/tags/v1.3.0^{}@sha1:${first}`);

    // source 20.5-96
    const pinned = await rig.checkout({ commit: first });
    expect(pinned.resolved.revision).toBe(`sha1:${first}`);
    expect(filesOf(pinned.checkout)).toEqual(before);
    const ofBranch = await rig.checkout({ commit: first, branch: 'main' });
    expect(ofBranch.resolved.revision).toBe(`main@sha1:${first}`);
    expect(filesOf(ofBranch.checkout)).toEqual(before);

    // source 20.5-98
    expect((await rig.resolve({ commit: first, tag: 'v9' })).revision).toBe(`sha1:${first}`);
    expect((await rig.resolve({ name: 'refs/heads/main', tag: 'v1.2.0', branch: 'x' })).revision).toBe(
      `refs/heads/main@sha1:${second}`,
    );
    expect((await rig.resolve({ tag: 'v1.2.0', semver: '*' })).revision).toBe(`v1.2.0@sha1:${first}`);
  });

  // source 20.5-96: a commit that the branch does not contain
  test.each([true, false])('a commit of another branch, filter allowed: %s', async (isFilterAllowed) => {
    await using rig = await start({ protocol });
    await rig.repo.git(
      'config',
      '--file',
      `${rig.repo.bareDir}/config`,
      'uploadpack.allowFilter',
      String(isFilterAllowed),
    );
    const base = await rig.repo.commit({ a: '1' });
    await rig.repo.commit({ a: '2' });
    await rig.repo.git('checkout', '-q', '-b', 'other');
    const elsewhere = await rig.repo.commit({ b: '3' });
    expect(filesOf((await rig.checkout({ branch: 'main', commit: base })).checkout)).toEqual({ a: '1' });
    expect(filesOf((await rig.checkout({ commit: elsewhere })).checkout)).toEqual({ a: '2', b: '3' });
    await expect(rig.checkout({ branch: 'main', commit: elsewhere })).rejects.toThrow(
      `unable to resolve commit object for '${elsewhere}': object not found`,
    );
    const unknown = '1234567890'.repeat(4);
    await expect(rig.checkout({ commit: unknown })).rejects.toThrow(
      `unable to resolve commit object for '${unknown}': object not found`,
    );
  });

  test('references outside heads and tags, and names that are not there', async () => {
    await using rig = await start({ protocol });
    const main = await rig.repo.commit({ a: '1' });
    await rig.repo.git('commit', '-q', '--allow-empty', '-m', 'pull');
    const pull = await rig.repo.git('rev-parse', 'HEAD');
    await rig.repo.git('push', '-q', 'origin', 'HEAD:refs/pull/1/head');
    expect(main).not.toBe(pull);
    const checked = await rig.checkout({ name: 'refs/pull/1/head' });
    expect(checked.resolved.revision).toBe(`refs/pull/1/head@sha1:${pull}`);
    expect(filesOf(checked.checkout)).toEqual({ a: '1' });

    // source 20.5-85, 20.5-100, 20.5-93, 20.5-94, 20.5-97
    const url = rig.url;
    await expect(rig.resolve({})).rejects.toThrow(
      `unable to clone: couldn't find remote ref 'refs/heads/master': git repository: '${url}'`,
    );
    await expect(rig.resolve({ tag: 'nope' })).rejects.toThrow("couldn't find remote ref 'refs/tags/nope'");
    await expect(rig.resolve({ name: 'refs/x' })).rejects.toThrow(
      "unable to resolve ref 'refs/x' to a specific commit",
    );
    await expect(rig.resolve({ name: 'refs/x/' })).rejects.toThrow(
      "ref refs/x/ is invalid; Git refs cannot begin or end with a slash '/'",
    );
    await expect(rig.resolve({ branch: '/x' })).rejects.toThrow('ref /x is invalid; Git refs cannot begin or end');
    await expect(rig.resolve({ semver: '1.x' })).rejects.toThrow('no match found for semver: 1.x');
    await expect(rig.resolve({ semver: 'abc' })).rejects.toThrow('semver parse error: improper constraint: "abc"');
    await expect(rig.resolve({ commit: 'abc1234' })).rejects.toThrow(
      "unable to resolve commit object for 'abc1234': object not found",
    );
    // security case 14: nothing of it is an option anywhere
    await expect(rig.resolve({ branch: '--upload-pack=touch /tmp/pwn' })).rejects.toThrow("couldn't find remote ref");
  });

  // source 20.5-101
  test('an empty repository', async () => {
    await using rig = await start({ protocol });
    await expect(rig.resolve({ branch: 'main' })).rejects.toMatchObject({
      failure: 'empty',
      message: 'git repository is empty',
    });
  });
});

// source 20.5-91
test('of tags that differ by build metadata the younger commit wins', async () => {
  await using rig = await start();
  await rig.repo.commit({ a: '1' }, { date: '2024-05-01T00:00:00Z' });
  await rig.repo.git('tag', 'v1.2.0+a');
  const older = await rig.repo.commit({ a: '2' }, { date: '2023-05-01T00:00:00Z' });
  await rig.repo.git('tag', 'v1.2.0+b');
  await rig.repo.git('push', '-q', 'origin', '--tags');
  const resolved = await rig.resolve({ semver: '1.x' });
  expect(resolved.revision).toMatch(/^v1\.2\.0\+a@sha1:/);
  expect(resolved.commit).not.toBe(older);
});

// source 20.5-86, 20.5-88, 20.5-89, 20.5-95
test('follows what moves', async () => {
  await using rig = await start();
  const first = await rig.repo.commit({ a: '1' });
  await rig.repo.git('push', '-q', 'origin', 'HEAD:refs/heads/feature/x');
  expect((await rig.resolve({ branch: 'feature/x' })).revision).toBe(`feature/x@sha1:${first}`);
  await rig.repo.git('tag', 'v1.0.0');
  await rig.repo.git('tag', 'v1.1.0');
  await rig.repo.git('push', '-q', 'origin', '--tags');
  const second = await rig.repo.commit({ a: '2' });
  await rig.repo.git('tag', '-f', 'v1.0.0');
  await rig.repo.git('push', '-q', '--force', 'origin', '--tags');
  expect((await rig.resolve({ tag: 'v1.0.0' })).commit).toBe(second);
  expect((await rig.resolve({ semver: '1.x' })).revision).toBe(`v1.1.0@sha1:${first}`);
  await rig.repo.git('push', '-q', '--delete', 'origin', 'v1.1.0');
  expect((await rig.resolve({ semver: '1.x' })).revision).toBe(`v1.0.0@sha1:${second}`);
  await rig.repo.git('reset', '-q', '--hard', first);
  const forced = await rig.repo.commit({ b: '3' });
  expect(filesOf((await rig.checkout({ branch: 'main' })).checkout)).toEqual({ a: '1', b: '3' });
  expect((await rig.resolve({ branch: 'main' })).commit).toBe(forced);
});

// source 20.6-104
test('resolving a branch lists one reference and fetches nothing', async () => {
  await using rig = await start();
  await rig.repo.commit({ a: '1' });
  await rig.repo.git('push', '-q', 'origin', 'HEAD:refs/heads/unrelated');
  await rig.resolve({ branch: 'main' });
  expect(rig.requests.map(({ method, command }) => `${method} ${command ?? 'info'}`)).toEqual([
    'GET info',
    'POST ls-refs',
  ]);
});

test('one connection serves a whole visit, and a closed one is replaced', async () => {
  const ports: (number | undefined)[] = [];
  let closeNext = false;
  await using rig = await start({
    onRequest: ({ remotePort }) => ports.push(remotePort),
    fail: ({ command }) => {
      if (!closeNext || command !== 'fetch') return undefined;
      closeNext = false;
      return { type: 'close' };
    },
  });
  await rig.repo.commit({ a: '1' });
  await rig.checkout({ branch: 'main' });
  expect(ports).toHaveLength(3);
  expect(new Set(ports).size).toBe(1);
  closeNext = true;
  expect(filesOf((await rig.checkout({ branch: 'main' })).checkout)).toEqual({ a: '1' });
  expect(new Set(ports.slice(3)).size).toBe(2);
});

test('a pinned commit asks nobody', async () => {
  await using rig = await start();
  await rig.resolve({ commit: 'a'.repeat(40) });
  expect(rig.requests).toEqual([]);
});

test('fetches many files, deltas among them', async () => {
  await using rig = await start();
  const base = Array.from({ length: 2000 }, (_, i) => `line ${i}`).join('\n');
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`dir${i % 7}/f${i}`, `${base}\n${i}`]));
  await rig.repo.commit(files);
  await rig.repo.git('gc', '-q');
  await rig.repo.git('push', '-q', 'origin', 'HEAD:refs/heads/again');
  expect(filesOf((await rig.checkout({ branch: 'again' })).checkout)).toEqual(files);
});

describe('credentials', () => {
  const basic = { type: 'basic', username: 'u', password: 'p:ü' } as const;

  // source 20.7-111, 20.7-112
  test('basic and bearer', async () => {
    await using rig = await start({ auth: basic });
    const commit = await rig.repo.commit({ a: '1' });
    const { username, password } = basic;
    expect((await rig.resolve({ branch: 'main' }, { auth: { username, password } })).commit).toBe(commit);
    await using other = await start({ auth: { type: 'bearer', token: 't' } });
    const second = await other.repo.commit({ a: '1' });
    const auth = { bearerToken: 't', username: 'x', password: 'y' };
    expect((await other.resolve({ branch: 'main' }, { auth })).commit).toBe(second);
  });

  // source 20.7-114, security case 40
  test('wrong ones are refused without being repeated', async () => {
    await using rig = await start({ auth: basic });
    await rig.repo.commit({ a: '1' });
    const error = await rig
      .resolve({ branch: 'main' }, { auth: { username: 'u', password: 's3cr3t' } })
      .catch((e) => e);
    expect(error).toMatchObject({
      failure: 'auth',
      message: `unable to list remote for '${rig.url}': authentication required`,
    });
  });

  test('an echoing error body shows nowhere', async () => {
    await using rig = await start({
      fail: ({ headers }) => ({ type: 'answer', status: 500, body: `auth was ${headers.authorization}` }),
    });
    const auth = { username: 'user', password: 's3cr3t' };
    const error = await rig.resolve({ branch: 'main' }, { auth }).catch((e) => e);
    expect(error.message).toBe(`unable to list remote for '${rig.url}': unexpected status 500`);
    expect(JSON.stringify(error)).not.toContain('s3cr3t');
  });

  // source 20.7-113 and security case 18
  test('combinations that are refused before anything is sent', async () => {
    await using rig = await start({}, { allowPlainHttp: false });
    const ask = (auth: GitAccess['auth']) => rig.resolve({ branch: 'main' }, { auth });
    await expect(ask({ username: 'u', password: 'p' })).rejects.toThrow('basic auth cannot be sent over HTTP');
    await expect(ask({ bearerToken: 't' })).rejects.toThrow('bearer token cannot be sent over HTTP');
    await expect(ask({ password: 'p' })).rejects.toThrow("'password' requires 'username' to be set");
    expect(rig.requests).toEqual([]);
  });
});

describe('redirects', () => {
  // security case 16
  test('to another origin carry no credentials', async () => {
    await using target = await start();
    const commit = await target.repo.commit({ a: '1' });
    await using rig = await start({
      fail: ({ path }) => ({
        type: 'answer',
        status: 302,
        headers: { location: `${new URL(target.url).origin}${path}` },
      }),
    });
    const auth = { username: 'u', password: 'p' };
    expect((await rig.resolve({ branch: 'main' }, { auth })).commit).toBe(commit);
    expect(rig.requests.map(({ headers }) => headers.authorization)).toEqual([expect.stringContaining('Basic ')]);
    expect(target.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test('end after five', async () => {
    await using rig = await start({
      fail: ({ path }) => ({ type: 'answer', status: 302, headers: { location: path } }),
    });
    await expect(rig.resolve({ branch: 'main' })).rejects.toThrow('too many redirects');
    expect(rig.requests).toHaveLength(6);
  });
});

describe('broken servers', () => {
  test('answers that are no git', async () => {
    let answer = { status: 404, headers: {}, body: '' };
    await using rig = await start({ fail: () => ({ type: 'answer', ...answer }) });
    const ask = () => rig.resolve({ branch: 'main' });
    // source 20.5-103
    await expect(ask()).rejects.toThrow(`unable to list remote for '${rig.url}': repository not found`);
    answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in' };
    await expect(ask()).rejects.toThrow('unexpected content type');
    answer = { status: 429, headers: {}, body: '' };
    await expect(ask()).rejects.toThrow('rate limited');
  });

  // source 20.5-102, security case 35
  test('silence ends with the time limit', async () => {
    await using rig = await start({ fail: () => ({ type: 'hang' }) });
    using remote = createGit({ egress: loopback }).repository(parseRepositoryUrl(rig.url), { auth: {} });
    await expect(remote.resolve({ branch: 'main' }, AbortSignal.timeout(100))).rejects.toThrow(
      `unable to list remote for '${rig.url}': context deadline exceeded (timeout)`,
    );
  });

  test('a closed connection, a refused one', async () => {
    await using rig = await start({ fail: () => ({ type: 'close' }) });
    await expect(rig.resolve({ branch: 'main' })).rejects.toThrow('connection reset by peer');
    const gone = await start();
    await gone[Symbol.asyncDispose]();
    await expect(gone.resolve({ branch: 'main' })).rejects.toThrow('connection refused');
  });

  // security case 23
  test.each([
    ['cut by one byte', (body: Buffer) => body.subarray(0, -1)],
    ['cut in half', (body: Buffer) => body.subarray(0, body.length / 2)],
    ['cut before the flush', (body: Buffer) => body.subarray(0, -4)],
    ['one bit flipped', (body: Buffer) => flip(body, body.length - 40)],
  ])('a pack %s', async (_name, edit) => {
    await using rig = await start({
      fail: ({ command }) => (command === 'fetch' ? { type: 'edit', edit } : undefined),
    });
    await rig.repo.commit({ a: 'x'.repeat(5000), b: 'y' });
    await expect(rig.checkout({ branch: 'main' })).rejects.toMatchObject({ name: 'GitError' });
  });

  test('a pack above the limit', async () => {
    await using rig = await start({}, { maxPackBytes: 100 });
    await rig.repo.commit({ a: 'x' });
    await expect(rig.checkout({ branch: 'main' })).rejects.toThrow('the pack is larger than 100 bytes');
  });
});

// security case 19
test.each([
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '[::ffff:127.0.0.1]',
  'localhost',
  '169.254.169.254',
  '[::1]',
  '0.0.0.0',
])('does not connect to %s unless allowed', async (host) => {
  await using rig = await start();
  const port = new URL(rig.url).port;
  const remote = createGit().repository(parseRepositoryUrl(`http://${host}:${port}/app.git`), { auth: {} });
  await expect(remote.resolve({ branch: 'main' }, AbortSignal.timeout(5000))).rejects.toThrow('address not allowed');
  expect(rig.requests).toEqual([]);
});

function flip(body: Buffer, at: number): Buffer {
  const copy = Buffer.from(body);
  copy[at]! ^= 1;
  return copy;
}

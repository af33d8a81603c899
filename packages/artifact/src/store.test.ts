import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { digestOf } from './digest.ts';
import { startFileServer, type FileServer } from './file-server.ts';
import { createStore, type ArtifactStore } from './store.ts';
import { sweepOrphans } from './sweep.ts';

const folder = { kind: 'gitrepository', namespace: 'team-a', name: 'app' };
const commit = '1'.repeat(40);

interface Rig extends AsyncDisposable {
  readonly store: ArtifactStore;
  readonly dir: string;
  readonly server: FileServer;
  publish(content: string, file?: string): Promise<Artifact>;
  request(path: string, init?: RequestInit): Promise<Response>;
}

async function start(): Promise<Rig> {
  const stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'store-'));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const store = createStore(root);
  const server = stack.use(await startFileServer({ store, host: '127.0.0.1', port: 0 }));
  return {
    store,
    server,
    dir: join(root, 'gitrepository/team-a/app'),
    async publish(content, file = `${commit}.tar.gz`) {
      await using staged = await store.stage(folder);
      await writeFile(staged.path, content);
      const digest = digestOf(Buffer.from(content));
      const path = await store.publish(staged, folder, { file, digest });
      return { path, digest, size: content.length, url: '', revision: '', lastUpdateTime: '' };
    },
    request: (path, init) => fetch(`http://${server.address}/${path}`, init),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe('publishing', () => {
  test('leaves the file, private, and nothing else', async () => {
    await using rig = await start();
    const artifact = await rig.publish('content');
    expect(artifact.path).toBe(`gitrepository/team-a/app/${commit}.tar.gz`);
    expect(await readdir(rig.dir)).toEqual([`${commit}.tar.gz`]);
    // security S-ART-07
    expect((await stat(join(rig.store.root, artifact.path))).mode & 0o777).toBe(0o600);
    expect((await stat(rig.dir)).mode & 0o777).toBe(0o700);
    expect(await rig.store.verify(folder, artifact)).toEqual({ state: 'intact' });
  });

  // security case 76
  test('never replaces a name by other content', async () => {
    await using rig = await start();
    const first = await rig.publish('one');
    const second = await rig.publish('two');
    expect(second.path).toBe(`gitrepository/team-a/app/${commit}-${second.digest.slice(7, 19)}.tar.gz`);
    expect(await readFile(join(rig.store.root, first.path), 'utf8')).toBe('one');
    expect((await rig.publish('one')).path).toBe(first.path);
    expect((await rig.publish('two')).path).toBe(second.path);
    expect(await readdir(rig.dir)).toHaveLength(2);
  });

  test('a failure leaves no temporary file', async () => {
    await using rig = await start();
    const failing = async (): Promise<void> => {
      await using staged = await rig.store.stage(folder);
      await writeFile(staged.path, 'half');
      throw new Error('disk full');
    };
    await expect(failing()).rejects.toThrow('disk full');
    expect(await readdir(rig.dir)).toEqual([]);
  });
});

describe('verifying', () => {
  test.each([
    ['a flipped byte', (path: string) => writeFile(path, 'CONTENT')],
    ['a shorter file', (path: string) => writeFile(path, '')],
  ])('finds %s', async (_name, damage) => {
    await using rig = await start();
    const artifact = await rig.publish('content');
    await damage(join(rig.store.root, artifact.path));
    expect(await rig.store.verify(folder, artifact)).toEqual({
      state: 'corrupt',
      why: `computed digest doesn't match '${artifact.digest}'`,
    });
  });

  // source 20.3-55, 20.3-54
  test('a missing digest, a bad one, a missing file, a symlink, a path of others', async () => {
    await using rig = await start();
    const artifact = await rig.publish('content');
    const verify = (change: Partial<Artifact>) => rig.store.verify(folder, { ...artifact, ...change });
    expect(await verify({ digest: '' })).toEqual({ state: 'corrupt', why: 'artifact has no digest' });
    expect(await verify({ digest: 'sha256:zz' })).toMatchObject({
      why: "failed to parse artifact digest 'sha256:zz': invalid checksum digest length",
    });
    expect(await verify({ path: 'gitrepository/team-b/app/x.tar.gz' })).toEqual({ state: 'missing' });
    expect(await verify({ path: '../../etc/passwd' })).toEqual({ state: 'missing' });
    const path = join(rig.store.root, artifact.path);
    await rm(path);
    expect(await verify({})).toEqual({ state: 'missing' });
    await writeFile(join(rig.store.root, 'elsewhere'), 'content');
    await symlink(join(rig.store.root, 'elsewhere'), path);
    expect(await verify({})).toEqual({ state: 'missing' });
    expect((await rig.request(artifact.path)).status).toBe(404);
  });
});

describe('collecting', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const policy = { ttlMs: 60_000, records: 2 };

  async function aged(rig: Rig, content: string, ageSeconds: number): Promise<Artifact> {
    const artifact = await rig.publish(content, `${content}.tar.gz`);
    const time = new Date(now.getTime() - ageSeconds * 1000);
    await utimes(join(rig.store.root, artifact.path), time, time);
    return artifact;
  }

  // source 20.3-59
  test('old ones go, and the oldest until the count fits', async () => {
    await using rig = await start();
    const current = await aged(rig, 'current', 900);
    for (const [name, age] of [
      ['old', 61],
      ['a', 30],
      ['b', 20],
      ['c', 10],
    ] as const)
      await aged(rig, name, age);
    await writeFile(join(rig.dir, 'old.tar.gz.lock'), '');
    await symlink('current.tar.gz', join(rig.dir, 'latest.tar.gz'));
    const removed = await rig.store.collect(folder, current, policy, now);
    expect(removed).toEqual(['old.tar.gz', 'a.tar.gz', 'b.tar.gz']);
    expect((await readdir(rig.dir)).toSorted()).toEqual(['c.tar.gz', 'current.tar.gz', 'latest.tar.gz']);
  });

  // source 20.3-60
  test('a young one within the records stays', async () => {
    await using rig = await start();
    const current = await aged(rig, 'current', 5);
    const previous = await aged(rig, 'previous', 59);
    expect(await rig.store.collect(folder, current, policy, now)).toEqual([]);
    expect((await rig.request(previous.path)).status).toBe(200);
  });

  // source 20.3-61
  test('two of the same time both count', async () => {
    await using rig = await start();
    const current = await aged(rig, 'current', 5);
    await aged(rig, 'x', 100);
    await aged(rig, 'y', 100);
    expect((await rig.store.collect(folder, current, policy, now)).toSorted()).toEqual(['x.tar.gz', 'y.tar.gz']);
  });

  test('an open one stays; abandoned temporary files go', async () => {
    await using rig = await start();
    const current = await aged(rig, 'current', 5);
    await aged(rig, 'read', 100);
    const staged = await rig.store.stage(folder);
    await utimes(staged.path, new Date(0), new Date(0));
    {
      await using _opened = await rig.store.open({ ...folder, file: 'read.tar.gz' });
      expect(await rig.store.collect(folder, current, policy, now)).toEqual([]);
    }
    expect((await readdir(rig.dir)).toSorted()).toEqual(['current.tar.gz', 'read.tar.gz']);
    expect(await rig.store.collect(folder, current, policy, now)).toEqual(['read.tar.gz']);
  });

  // security case 75
  test('folders without an object go after an hour', async () => {
    await using rig = await start();
    await rig.publish('x');
    const later = (hours: number) => new Date(Date.now() + hours * 3_600_000);
    const sweep = (existing: { namespace: string; name: string }[], hours: number) =>
      sweepOrphans(rig.store, 'gitrepository', { existing, now: later(hours) });
    expect(await sweep([], 0.9)).toBe(0);
    expect(await sweep([folder], 2)).toBe(0);
    expect(await sweep([{ namespace: 'team-b', name: 'app' }], 2)).toBe(1);
    expect(await rig.store.removeFolder(folder)).toBe(false);
  });
});

describe('serving', () => {
  // source 20.3-64
  test('GET, HEAD, Range, conditions', async () => {
    await using rig = await start();
    const { path, digest } = await rig.publish('0123456789');
    const whole = await rig.request(path);
    expect([whole.status, await whole.text(), whole.headers.get('content-length')]).toEqual([200, '0123456789', '10']);
    expect(whole.headers.get('etag')).toBe(`"${digest}"`);
    const base64 = Buffer.from(digest.slice(7), 'hex').toString('base64');
    expect(whole.headers.get('repr-digest')).toBe(`sha-256=:${base64}:`);

    const head = await rig.request(path, { method: 'HEAD' });
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '10']);

    const ranged = async (range: string, more: Record<string, string> = {}) => {
      const response = await rig.request(path, { headers: { range, ...more } });
      return [response.status, await response.text(), response.headers.get('content-range')];
    };
    expect(await ranged('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
    expect(await ranged('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await ranged('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10']);
    expect(await ranged('bytes=5-100')).toEqual([206, '56789', 'bytes 5-9/10']);
    expect(await ranged('bytes=10-')).toEqual([416, '', 'bytes */10']);
    expect(await ranged('bytes=0-1,3-4')).toEqual([416, '', 'bytes */10']);
    expect(await ranged('bytes=0-1', { 'if-range': '"other"' })).toEqual([200, '0123456789', null]);

    const conditional = async (headers: Record<string, string>) => (await rig.request(path, { headers })).status;
    expect(await conditional({ 'if-none-match': `"x", W/"${digest}"` })).toBe(304);
    expect(await conditional({ 'if-none-match': '"x"' })).toBe(200);
    expect(await conditional({ 'if-modified-since': whole.headers.get('last-modified') ?? '' })).toBe(304);
    expect(await conditional({ 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(200);
  });

  test('an empty file', async () => {
    await using rig = await start();
    const { path } = await rig.publish('');
    const response = await rig.request(path);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  // source 20.3-66
  test('a colon in the name, raw and encoded', async () => {
    await using rig = await start();
    const { path } = await rig.publish('oci', 'sha256:abc.tar.gz');
    expect((await rig.request(path)).status).toBe(200);
    expect((await rig.request(path.replace(':', '%3A'))).status).toBe(200);
  });

  // source 20.3-65, security cases 68, 70, 74
  test('nothing but artifacts', async () => {
    await using rig = await start();
    const artifact = await rig.publish('x');
    await writeFile(join(rig.dir, 'half.tmp'), 'secret');
    await writeFile(join(rig.store.root, 'outside'), 'secret');
    const status = async (path: string, method = 'GET') => (await rig.request(path, { method })).status;
    expect(await status('')).toBe(200);
    const paths = [
      'gitrepository/',
      'gitrepository/team-a/app/',
      'outside',
      'gitrepository/team-a/app/half.tmp',
      'gitrepository/team-a/app/..%2f..%2f..%2foutside',
      'gitrepository/team-a/app/%2e%2e/x',
      '..%2f..%2fetc/passwd',
      '%252e%252e/',
      '/etc/passwd',
      'gitrepository/a/b/..;/c',
      'gitrepository/team-a/app/a%00.tar.gz',
      'gitrepository/team-a/app/a%5cb',
      'gitrepository/team-a/app/%zz',
      'gitrepository/team-a/app/none.tar.gz',
    ];
    for (const path of paths) expect([path, await status(path)]).toEqual([path, 404]);
    expect(await status(artifact.path, 'PUT')).toBe(405);
    expect(await status(artifact.path, 'DELETE')).toBe(405);
  });
});

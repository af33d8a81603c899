import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitServer } from '@sluice/git-server';
import { createGitRoot } from '@sluice/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configMapYaml, namespaceYaml } from './fleet.ts';

const cannotClone = /^✗ --url cannot be cloned: fatal: .*http:\/\/127\.0\.0\.1:1\/a\.git/;

const bin = join(import.meta.dirname, '../../packages/cli/bin/sluice.mjs');

interface Document {
  readonly ok: boolean;
  readonly steps: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly message: string;
    readonly ms: number;
    readonly revision?: string;
    readonly digest?: string;
    readonly resourceVersion?: string;
  }[];
}

let temp: string;
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'sluice-local-test-'));
});
afterEach(() => rm(temp, { recursive: true, force: true }));

test('--once pushes a change of the sample, follows it into the cluster, and leaves nothing behind', async () => {
  const { code, out, err } = await sluice('local', '--once', '--json');
  expect([code, err]).toEqual([0, '']);
  const document = JSON.parse(out) as Document;
  expect(document.ok).toBe(true);
  expect(document.steps.map((step) => [step.name, step.ok])).toEqual(
    ['sync', 'push', 'source', 'apply', 'healthy'].map((name) => [name, true]),
  );
  const [, push, source, apply, healthy] = document.steps;
  expect(source?.revision).toBe(`main@sha1:${push?.revision}`);
  expect(source?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(apply?.resourceVersion).toMatch(/^\d+$/);
  expect(healthy?.revision).toBe(source?.revision);
  expect(await runs()).toEqual([]);
});

test('a repository of plain manifests becomes one Kustomization', async () => {
  await using root = await createGitRoot();
  const repo = await root.createRepo('mine');
  await repo.commit({ 'all.yaml': `${namespaceYaml}---\n${configMapYaml('settings', 'one')}` });
  const { code, out } = await sluice('local', '--once', '--path', repo.bareDir);
  expect(out).toContain('made one of each, named local');
  expect([code, out]).toEqual([0, expect.stringContaining('2 objects of the repository are ready')]);
  expect(out).toMatch(/✔ ready +local healthy at main@sha1:[0-9a-f]{8} \(2 objects\)/);
});

test('a folder that is no repository is taken as it is', async () => {
  const folder = join(temp, 'mine');
  await mkdir(folder);
  await writeFile(join(folder, 'all.yaml'), namespaceYaml);
  const { code, out } = await sluice('local', '--once', '--path', folder);
  expect(out).toContain('not a repository of its own');
  expect([code, out]).toEqual([0, expect.stringMatching(/✔ ready +local healthy at .*\(1 objects\)/)]);
});

test('the Flux manifests of a repository are reconciled; its own URL is fetched from disk', async () => {
  await using root = await createGitRoot();
  const repo = await root.createRepo('fleet');
  await repo.commit({
    'clusters/prod/sync.yaml': sync,
    'apps/all.yaml': `${namespaceYaml}---\n${configMapYaml('settings', 'one')}`,
  });
  const { code, out } = await sluice('local', '--once', '--path', repo.bareDir);
  expect([code, out]).toEqual([0, expect.stringMatching(/✔ ready +apps applied at .*\(2 objects\)/)]);
});

test('a repository elsewhere is cloned, and fetched from there', async () => {
  await using root = await createGitRoot();
  await using server = await startGitServer({ root: root.dir });
  const repo = await root.createRepo('fleet');
  const url = `${server.url}/fleet.git`;
  const elsewhere = sync.replace(/url: .*/, `url: ${url}`).replace(/ +secretRef: .*\n/, '');
  await repo.commit({
    'sync.yaml': elsewhere,
    'apps/all.yaml': `${namespaceYaml}---\n${configMapYaml('settings', 'one')}`,
  });
  const { code, out } = await sluice('local', '--once', '--url', url, '--branch', 'main');
  expect([code, out]).toEqual([0, expect.stringMatching(/✔ ready +apps applied at .*\(2 objects\)/)]);
});

test('what fails is told with its reason, and the exit code is 1', async () => {
  await using root = await createGitRoot();
  const repo = await root.createRepo('fleet');
  await repo.commit({ 'clusters/prod/sync.yaml': sync, 'apps/kustomization.yaml': 'resources:\n- missing.yaml\n' });
  const { code, out } = await sluice('local', '--once', '--path', repo.bareDir);
  expect(code).toBe(1);
  expect(out).toMatch(/✗ ready +Kustomization\/flux-system\/apps is not ready: BuildFailed: .*missing\.yaml/);
});

test('of a repository for several clusters one is taken, and --cluster chooses it', async () => {
  await using root = await createGitRoot();
  const repo = await root.createRepo('fleet');
  const forCluster = (name: string) => sync.replace('path: ./apps', `path: ./apps/${name}`);
  await repo.commit({
    'clusters/one/sync.yaml': forCluster('one'),
    'clusters/two/sync.yaml': forCluster('two'),
    'apps/one/all.yaml': namespaceYaml,
    'apps/two/all.yaml': `${namespaceYaml}---\n${configMapYaml('settings', 'two')}`,
  });
  const both = await sluice('local', '--once', '--path', repo.bareDir);
  expect(both.out).toContain(
    'Kustomization flux-system/apps of clusters/two/sync.yaml is left out for that of clusters/one/sync.yaml',
  );
  expect([both.code, both.out]).toEqual([0, expect.stringMatching(/apps applied at .*\(1 objects\)/)]);
  const two = await sluice('local', '--once', '--path', repo.bareDir, '--cluster', 'clusters/two');
  expect(two.out).not.toContain('left out');
  expect([two.code, two.out]).toEqual([0, expect.stringMatching(/apps applied at .*\(2 objects\)/)]);
  const none = await sluice('local', '--once', '--path', repo.bareDir, '--cluster', 'clusters/three');
  expect(none).toMatchObject({ code: 1, err: "✗ --cluster clusters/three: branch 'main' has no such folder\n" });
});

test("CRDs of Flux's other kinds that a repository brings are there before its Kustomizations run", async () => {
  await using root = await createGitRoot();
  const repo = await root.createRepo('fleet');
  await repo.commit({
    'clusters/prod/sync.yaml': sync,
    'clusters/prod/gotk-components.yaml': helmRepositoryCrd,
    'apps/all.yaml': `${namespaceYaml}---\n${helmRepository}`,
  });
  const { code, out } = await sluice('local', '--once', '--path', repo.bareDir);
  expect([code, out]).toEqual([0, expect.stringMatching(/✔ ready +apps applied at .*\(2 objects\)/)]);
});

test.for([
  {
    what: 'an empty folder',
    args: () => ['--path', mkdtempSync(join(temp, 'empty-'))],
    message: /holds no files: there is nothing to reconcile/,
  },
  { what: 'an address without a server', args: () => ['--url', 'http://127.0.0.1:1/a.git'], message: cannotClone },
])('$what is told without folders of ours', async ({ args, message }) => {
  const { code, err } = await sluice('local', '--once', ...args());
  expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  expect(err).not.toContain('run-');
});

test('a reader of the output that goes away ends the run, and nothing stays behind', async () => {
  const child = start(['local']);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child, 'exit');
  expect([child.exitCode, await runs()]).toEqual([0, []]);
});

test('manifests without a namespace go to flux-system, sources before what waits for them', async () => {
  await using root = await createGitRoot();
  const repo = await root.createRepo('fleet');
  const [source, kustomization] = sync.replaceAll(', namespace: flux-system', '').split('---\n') as [string, string];
  await repo.commit({ 'a.yaml': kustomization, 'b.yaml': source, 'apps/all.yaml': namespaceYaml });
  const { code, out } = await sluice('local', '--once', '--path', repo.bareDir);
  expect([code, out]).toEqual([0, expect.stringMatching(/✔ ready +apps applied at .*\(1 objects\)/)]);
});

test('a manifest that the API server refuses is told with its file', async () => {
  const folder = join(temp, 'mine');
  await mkdir(folder);
  await writeFile(join(folder, 'sync.yaml'), sync.replace('interval: 10m', 'interval: often'));
  const { code, err } = await sluice('local', '--once', '--path', folder);
  expect([code, err]).toEqual([1, expect.stringMatching(/^✗ sync\.yaml: .*"apps" is invalid.*spec\.interval/)]);
});

test('that git is missing is told', async () => {
  const child = start(['local', '--once'], { PATH: temp });
  const [text] = (await once(child.stderr, 'data')) as [Buffer];
  await once(child, 'exit');
  expect([child.exitCode, text.toString()]).toEqual([1, '✗ git is not on the PATH: install it, then run this again\n']);
});

test('a temporary folder that cannot be made is told', async () => {
  temp = join(temp, 'no', 'such');
  expect(await sluice('local', '--once')).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /cannot make .*\/no\/such\/sluice-local-.*: set TMPDIR to a folder you can write/,
    ) as string,
  });
  temp = join(temp, '../..');
});

test.for([
  { args: ['--path', '/nonexistent'], message: '--path /nonexistent: there is no such folder' },
  { args: ['--path', '.', '--url', 'https://example.com/a.git'], message: '--path and --url cannot be used together' },
])('a mistake in $args', async ({ args, message }) => {
  expect(await sluice('local', ...args)).toMatchObject({ code: 1, err: `✗ ${message}\n` });
});

test('Ctrl-C leaves nothing behind, and what a killed run left is removed by the next', async () => {
  const killed = await startLocal();
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(await runs()).toHaveLength(1);
  const next = await startLocal();
  expect(await runs()).toHaveLength(1);
  next.kill('SIGINT');
  await once(next, 'exit');
  expect([next.exitCode, await runs()]).toEqual([0, []]);
});

const helmRepositoryCrd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: helmrepositories.source.toolkit.fluxcd.io}
spec:
  group: source.toolkit.fluxcd.io
  names: {kind: HelmRepository, plural: helmrepositories, singular: helmrepository, listKind: HelmRepositoryList}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
const helmRepository = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: flux-system}
spec: {interval: 1h, url: "https://charts.example.com"}
`;

test('only where commits can arrive, one is asked for', async () => {
  const folder = join(temp, 'mine');
  await mkdir(folder);
  await writeFile(join(folder, 'all.yaml'), namespaceYaml);
  const { child, out } = await startTelling('local', '--path', folder);
  child.kill('SIGINT');
  await once(child, 'exit');
  expect(out).toContain('Start again to see a change');
  expect(out).not.toContain('Commit something');
});

const sync = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec:
  interval: 1m
  url: ssh://git@git.example.com/team/fleet
  ref: {branch: main}
  secretRef: {name: flux-system}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
`;

/** Folders of runs, of this test alone: TMPDIR is its own. */
async function runs(): Promise<string[]> {
  const parent = (await readdir(temp)).find((name) => name.startsWith('sluice-local-'));
  return parent === undefined ? [] : await readdir(join(temp, parent));
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawn(process.execPath, [bin, ...args], {
    env: { ...process.env, TMPDIR: temp, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function sluice(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(args);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

/** A local mode that runs on, once everything is in place. */
async function startLocal() {
  return (await startTelling('local')).child;
}

/** @returns what it has printed until then, too */
async function startTelling(...args: readonly string[]) {
  const child = start(args);
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`local mode ended: ${out}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('Ctrl-C stops everything')) resolve();
    });
  });
  return { child, out };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGitServer, type GitRequest } from '@sluice/git-server';
import { createGitRoot, type GitRepo } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { sharedCompute, startController } from './test/controller.ts';
import { condition, shown, startFleet, type Fleet } from './test/fleet.ts';
import { configMapYaml } from './test/objects.ts';

const compute = sharedCompute();
const settings = { egressAllow: ['127.0.0.0/8'] };

interface Bases extends AsyncDisposable {
  readonly repo: GitRepo;
  readonly requests: readonly GitRequest[];
  readonly url: string;
}

async function startBases(): Promise<Bases> {
  const stack = new AsyncDisposableStack();
  const root = stack.use(await createGitRoot());
  const repo = await root.createRepo('bases');
  const requests: GitRequest[] = [];
  const onRequest = (request: GitRequest) => requests.push(request);
  const server = stack.use(await startGitServer({ root: root.dir, onRequest }));
  return { repo, requests, url: `${server.url}/bases.git`, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const base = (value: string) => ({
  'base/kustomization.yaml': 'resources: [a.yaml]',
  'base/a.yaml': configMapYaml('a', { value }),
});

const overlay = (...resources: string[]) => ({ 'kustomization.yaml': JSON.stringify({ resources }) });

async function request(fleet: Fleet, at: string): Promise<void> {
  await fleet.patch('apps', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } });
  await fleet.until('apps', ({ status }) => status?.lastHandledReconcileAt === at);
}

// kustomization 23-60
test('a remote base is built, and read anew in every run', async () => {
  await using fleet = await startFleet();
  await using bases = await startBases();
  await using _controller = await startController(fleet, compute, { settings });
  await bases.repo.commit(base('one'));
  await fleet.push('r1', overlay(`${bases.url}//base?ref=main`));
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.['data']).toEqual({ value: 'one' });
  await bases.repo.commit(base('two'));
  await request(fleet, 'one');
  expect((await fleet.read('v1', 'ConfigMap', 'a'))?.['data']).toEqual({ value: 'two' });
});

test('an artifact without remote bases asks nobody', async () => {
  await using fleet = await startFleet();
  await using bases = await startBases();
  await using _controller = await startController(fleet, compute, { settings });
  await fleet.push('r1', { 'a.yaml': configMapYaml('a') });
  await fleet.create('apps');
  await fleet.ready('apps', 'r1');
  expect(bases.requests).toEqual([]);
});

// kustomization 23-60, security S-KUS-01
test('remote bases and files are refused where that is asked for', async () => {
  await using fleet = await startFleet();
  await using bases = await startBases();
  await using _controller = await startController(fleet, compute, { settings: { ...settings, noRemoteBases: true } });
  await fleet.create('apps', { retryInterval: '1s' });
  const remotes = [`${bases.url}//base?ref=main`, bases.url.replace('.git', '.yaml'), 'git::ssh://git@host/x//y'];
  for (const [index, remote] of remotes.entries()) {
    await fleet.push(`r${index}`, overlay(remote));
    const failed = await fleet.until('apps', (object) => {
      const ready = condition(object, 'Ready');
      return ready?.status === 'False' && object.status?.lastAttemptedRevision === `r${index}`;
    });
    expect(shown(failed, 'Ready')).toContain('False BuildFailed: kustomize build failed: ');
    expect(shown(failed, 'Ready')).toContain('remote bases are disabled');
  }
  expect(bases.requests).toEqual([]);
});

// security S-KUS-01, S-GIT-06
test.each([
  ['http://169.254.169.254/x.yaml', 'address not allowed'],
  ['http://127.0.0.1:9/x.git//base', 'address not allowed'],
])('%s is not asked', async (url, why) => {
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute);
  await fleet.push('r1', overlay(url));
  await fleet.create('apps');
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  const text = `False BuildFailed: kustomize build failed: remote '${url}' cannot be fetched: ${why}`;
  expect(shown(failed, 'Ready').split('\n')[0]).toBe(text);
});

// security S-KUS-01
test('one build fetches a bounded number of things', async () => {
  let asked = 0;
  const server = createServer((req, res) => {
    asked += 1;
    res.end(configMapYaml(`m${req.url?.slice(1, -5)}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using fleet = await startFleet();
  await using _controller = await startController(fleet, compute, { settings });
  const names = (count: number) => Array.from({ length: count }, (_, index) => `${url}/${index}.yaml`);
  await fleet.push('r1', overlay(...names(21)));
  await fleet.create('apps', { interval: '1h' });
  const failed = await fleet.until('apps', (object) => condition(object, 'Ready')?.status === 'False');
  expect(shown(failed, 'Ready')).toBe(
    'False BuildFailed: kustomize build failed: it refers to more than 20 remote bases and files',
  );
  expect(asked).toBe(20);
  await fleet.push('r2', overlay(...names(20)));
  expect((await fleet.ready('apps', 'r2')).status?.inventory?.entries).toHaveLength(20);
  server.closeAllConnections();
  server.close();
});

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGitServer, type GitServerOptions } from '@sluice/git-server';
import { buildWithRemotes, memoryTree, tryParseRepoUrl } from '@sluice/kustomize';
import { createGitRoot, type GitRepo, type GitRoot } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { createRemoteFetcher } from './fetcher.ts';
import { fetchRemoteFile } from './fetch-file.ts';
import { fetchRemoteRepository } from './fetch-repository.ts';

const egressAllow = ['127.0.0.0/8'];
const signal = new AbortController().signal;
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

interface Rig extends AsyncDisposable {
  readonly root: GitRoot;
  readonly repo: GitRepo;
  readonly url: string;
}

async function startGit(options: Partial<GitServerOptions> = {}): Promise<Rig> {
  const stack = new AsyncDisposableStack();
  const root = stack.use(await createGitRoot());
  const repo = await root.createRepo('bases');
  const server = stack.use(await startGitServer({ root: root.dir, ...options }));
  return { root, repo, url: `${server.url}/bases.git`, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function startHttp(handle: RequestListener): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Builds a kustomization of these resources. @returns the names of what came out */
async function build(...resources: string[]): Promise<string[]> {
  const text = JSON.stringify({ resources });
  const tree = memoryTree(new Map([['kustomization.yaml', new TextEncoder().encode(text)]]));
  const built = await buildWithRemotes(tree, '/', { fetcher: createRemoteFetcher({ egressAllow, signal }) });
  return built.resources.map(({ name }) => name);
}

async function read(url: string): Promise<Record<string, string>> {
  const { files } = await fetchRemoteRepository(tryParseRepoUrl(url)!, { egressAllow, signal });
  return Object.fromEntries([...files].map(([path, content]) => [path, new TextDecoder().decode(content)]));
}

// kustomization 23-60
test('a base of a repository, by branch, tag, commit and without a reference', async () => {
  await using rig = await startGit();
  const base = (name: string) => ({
    'deep/base/kustomization.yaml': 'resources: [a.yaml]',
    'deep/base/a.yaml': configMap(name),
  });
  const first = await rig.repo.commit(base('one'));
  await rig.repo.git('tag', '-a', '-m', 'annotated', 'v1');
  await rig.repo.git('push', '-q', 'origin', '--tags');
  await rig.repo.commit(base('two'));
  const at = (query: string) => build(`${rig.url}//deep/base${query}`);
  expect(await at('')).toEqual(['two']);
  expect(await at('?ref=main')).toEqual(['two']);
  expect(await at('?ref=v1')).toEqual(['one']);
  expect(await at(`?ref=${first}&timeout=20s`)).toEqual(['one']);
  await expect(at('?ref=none')).rejects.toThrow(
    `remote '${rig.url}//deep/base?ref=none' cannot be fetched: unable to clone: couldn't find remote ref 'refs/heads/none'`,
  );
});

test('symbolic links lead to files and folders of the same repository, and nowhere else', async () => {
  await using rig = await startGit();
  await rig.repo.commit({
    'base/kustomization.yaml': 'resources: [linked.yaml, folder]',
    'base/a.yaml': configMap('a'),
    'base/linked.yaml': { link: './a.yaml' },
    'base/folder': { link: '../other' },
    'other/kustomization.yaml': 'resources: [b.yaml]',
    'other/b.yaml': configMap('b'),
    'evil/kustomization.yaml': 'resources: [out.yaml]',
    'evil/out.yaml': { link: '../../../../../etc/passwd' },
  });
  expect(await build(`${rig.url}//base?ref=main`)).toEqual(['a', 'b']);
  await expect(build(`${rig.url}//evil?ref=main`)).rejects.toThrow('out.yaml');
});

test('submodules are fetched at their commit, unless the URL says no', async () => {
  await using rig = await startGit();
  const inner = await rig.root.createRepo('inner');
  const commit = await inner.commit({ 'b.yaml': configMap('b') });
  await rig.repo.commit({
    'a.yaml': configMap('a'),
    '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../inner.git\n',
  });
  await rig.repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},lib`);
  await rig.repo.git('commit', '-q', '-m', 'submodule');
  await rig.repo.git('push', '-q', 'origin', 'main');
  expect(Object.keys(await read(`${rig.url}?ref=main`))).toEqual(['.gitmodules', 'a.yaml', 'lib/b.yaml']);
  expect(Object.keys(await read(`${rig.url}?ref=main&submodules=false`))).toEqual(['.gitmodules', 'a.yaml']);
});

test('a server that never answers is given up at the time that the URL names', async () => {
  await using rig = await startGit({ fail: () => ({ type: 'hang' }) });
  await expect(read(`${rig.url}?ref=main&timeout=1`)).rejects.toThrow('context deadline exceeded (timeout)');
});

// security S-GIT-01, S-GIT-06, S-KUS-01
test.each([
  ['http://127.0.0.1:9/x.git', 'address not allowed'],
  ['http://169.254.169.254/x.git', 'address not allowed'],
  ['http://2130706433/x.git', 'address not allowed'],
  ['ssh://-oProxyCommand=touch@host/x.git', 'unsupported scheme'],
  ['git@github.com:org/repo.git', 'failed to parse url'],
  ['file:///etc/x.git', "unsupported scheme 'file'"],
])('the repository %s is not asked', async (url, why) => {
  const repo = tryParseRepoUrl(url);
  expect(repo).toBeDefined();
  await expect(fetchRemoteRepository(repo!, { signal })).rejects.toThrow(why);
});

test('a file, after redirects, or the status that refuses it', async () => {
  await using http = await startHttp((req, res) => {
    if (req.url === '/moved.yaml') res.writeHead(302, { location: '/a.yaml' }).end();
    else if (req.url === '/loop.yaml') res.writeHead(302, { location: '/loop.yaml' }).end();
    else if (req.url === '/inside.yaml') res.writeHead(302, { location: 'http://169.254.169.254/x.yaml' }).end();
    else if (req.url === '/a.yaml') res.end(configMap('a'));
    else res.writeHead(404).end('nothing here');
  });
  expect(await build(`${http.url}/moved.yaml`)).toEqual(['a']);
  expect(await fetchRemoteFile(`${http.url}/none.yaml`, { egressAllow, signal })).toEqual({
    status: 404,
    text: 'Not Found',
  });
  await expect(build(`${http.url}/none.yaml`)).rejects.toThrow('HTTP Error: status code 404 (Not Found)');
  await expect(build(`${http.url}/loop.yaml`)).rejects.toThrow('more than 5 redirects');
  await expect(build(`${http.url}/inside.yaml`)).rejects.toThrow('address not allowed');
  await expect(fetchRemoteFile(`${http.url}/a.yaml`, { signal })).rejects.toThrow('address not allowed');
});

test('a file without end is given up at its limit', async () => {
  await using http = await startHttp((_, res) => {
    const chunk = Buffer.alloc(1_048_576, '#');
    const more = () => {
      while (!res.destroyed && res.write(chunk));
    };
    res.on('drain', more);
    more();
  });
  await expect(build(`${http.url}/endless.yaml`)).rejects.toThrow('the answer is larger than 16777216 bytes');
});

test('an abort is no failure of the base', async () => {
  await using http = await startHttp(() => {});
  const stop = new AbortController();
  const asked = fetchRemoteFile(`${http.url}/a.yaml`, { egressAllow, signal: stop.signal });
  stop.abort(new Error('shutting down'));
  await expect(asked).rejects.toThrow('shutting down');
});

test('credentials of a URL are in no message', async () => {
  const fetched = fetchRemoteFile('http://me:hunter22@127.0.0.1/a.yaml', { signal });
  const error: unknown = await fetched.catch((reason: unknown) => reason);
  expect(String(error)).toContain('http://127.0.0.1/a.yaml');
  expect(String(error)).not.toContain('hunter22');
});

import { mkdirSync, mkdtempDisposableSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startGitServer } from '@sluice/git-server';
import { createGitRoot } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { kustomization, sluice, startCluster } from '../test/cluster.ts';

const nothing = { HOME: '/nonexistent' };

function repository(files: Readonly<Record<string, string>>) {
  const made = mkdtempDisposableSync(join(realpathSync(tmpdir()), 'sluice-repo-'));
  for (const [name, text] of Object.entries({ '.git/HEAD': 'ref: refs/heads/main\n', ...files })) {
    mkdirSync(dirname(join(made.path, name)), { recursive: true });
    writeFileSync(join(made.path, name), text);
  }
  const build = (name: string, ...words: string[]) => sluice(nothing, ['build', 'ks', name, ...words]);
  return { path: made.path, build, [Symbol.dispose]: () => made.remove() };
}

const flux = (name: string, spec: string, namespace = 'flux-system') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: ${namespace}}\n` +
  `spec:\n  interval: 1m\n  prune: true\n  sourceRef: {kind: GitRepository, name: fleet}\n  ${spec}\n`;
const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\ndata: {v: '${value}'}\n`;
const rendered = (name: string, value: string, owner = 'app') =>
  `apiVersion: v1\ndata:\n  v: ${value}\nkind: ConfigMap\nmetadata:\n  labels:\n    kustomize.toolkit.fluxcd.io/name: ${owner}\n` +
  `    kustomize.toolkit.fluxcd.io/namespace: flux-system\n  name: ${name}\n  namespace: shop\n---\n`;

test('renders the folder with the spec of the Kustomization in the repository', async () => {
  using repo = repository({
    'clusters/a.yaml': flux('app', 'path: ./apps\n  namePrefix: x-\n  postBuild: {substitute: {who: me}}'),
    'apps/a.yaml': configMap('a', '${who}'),
  });
  const { code, out, err } = await repo.build('app', '--path', join(repo.path, 'apps'));
  expect([code, out]).toEqual([0, rendered('x-a', 'me')]);
  expect(err).toBe('► rendering the Kustomization app of clusters/a.yaml\n');
});

test('fetches remote bases', async () => {
  await using git = await createGitRoot();
  const bases = await git.createRepo('bases');
  await bases.commit({ 'base/kustomization.yaml': 'resources: [a.yaml]', 'base/a.yaml': configMap('a', '${who}') });
  await using server = await startGitServer({ root: git.dir });
  using repo = repository({
    'clusters/a.yaml': flux('app', 'path: ./apps\n  postBuild: {substitute: {who: me}}'),
    'apps/kustomization.yaml': `resources: ["${server.url}/bases.git//base?ref=main"]`,
  });
  const { code, out } = await repo.build('app', '--path', join(repo.path, 'apps'));
  expect([code, out]).toEqual([0, rendered('a', 'me')]);
});

test('takes substituteFrom from what the other Kustomizations make', async () => {
  const settings = (value: string) =>
    `namespace: flux-system\ngeneratorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator: [{name: settings, literals: [who=${value}]}]`;
  const from = 'postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}';
  using repo = repository({
    'clusters/one/a.yaml': flux('app', `path: ./apps/one\n  ${from}`),
    'clusters/one/s.yaml': flux('settings', 'path: settings/one'),
    'clusters/two/s.yaml': flux('settings', 'path: settings/two'),
    'settings/one/kustomization.yaml': settings('one'),
    'settings/two/kustomization.yaml': settings('two'),
    'apps/one/a.yaml': configMap('a', '${who}'),
  });
  expect((await repo.build('app', '--path', join(repo.path, 'apps/one'))).out).toBe(rendered('a', 'one'));
});

test('says which object substituteFrom lacks', async () => {
  using repo = repository({
    'a.yaml': flux('app', 'path: ./apps\n  postBuild: {substituteFrom: [{kind: ConfigMap, name: gone}]}'),
    'apps/a.yaml': configMap('a', 'b'),
  });
  expect((await repo.build('app', '--path', join(repo.path, 'apps'))).err).toContain(
    `✗ substitute from 'ConfigMap/gone' error: configmaps "gone" not found`,
  );
});

// cli 25-42
test('--dry-run takes only what is in the file', async () => {
  using repo = repository({ 'apps/a.yaml': configMap('a', '${who}') });
  writeFileSync(
    join(repo.path, 'k.yaml'),
    flux('app', 'postBuild: {substitute: {who: me}, substituteFrom: [{kind: Secret, name: x}]}'),
  );
  const words = ['--path', join(repo.path, 'apps'), '--kustomization-file', join(repo.path, 'k.yaml'), '--dry-run'];
  expect(await repo.build('app', ...words)).toEqual({ code: 0, out: rendered('a', 'me'), err: '' });
});

// cli 25-43
test('makes up a kustomization.yaml and writes nothing', async () => {
  using repo = repository({
    'k.yaml': flux('app', 'path: ./apps'),
    'apps/a.yaml': configMap('a', 'x'),
    'apps/b.yaml': configMap('b', 'x'),
  });
  const path = join(repo.path, 'apps');
  const both = await Promise.all([repo.build('app', '--path', path), repo.build('app', '--path', path)]);
  for (const { out } of both) expect(out).toBe(rendered('a', 'x') + rendered('b', 'x'));
  expect(readdirSync(path)).toEqual(['a.yaml', 'b.yaml']);
  expect(readFileSync(join(path, 'a.yaml'), 'utf8')).toBe(configMap('a', 'x'));
});

test('--ignore-paths leaves files out of it', async () => {
  using repo = repository({
    'k.yaml': flux('app', 'path: ./apps'),
    'apps/a.yaml': configMap('a', 'x'),
    'apps/no/b.yaml': 'not: kube',
  });
  const words = ['--path', join(repo.path, 'apps')];
  expect((await repo.build('app', ...words)).err).toContain('failed to decode Kubernetes YAML from apps/no/b.yaml');
  expect((await repo.build('app', ...words, '--ignore-paths', 'no/,*.txt')).out).toBe(rendered('a', 'x'));
});

// cli 25-44
test('masks what SOPS encrypted', async () => {
  const secret = (name: string, rest: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\n${rest}\n`;
  const sops = "sops: {mac: 'ENC[AES256_GCM,data:cipher]'}";
  const value = Buffer.from('{"data":"ENC[cipher]","sops":{}}').toString('base64');
  using repo = repository({
    'k.yaml': flux('app', 'path: ./apps'),
    'apps/a.yaml': [
      secret('a', `data: {x: ENCcipher}\nstringData: {z: 'ENC[cipher]'}\n${sops}`),
      secret('b', `type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: ENCcipher}\n${sops}`),
      secret('c', `data: {x: '${value}', z: Y2xlYXI=}`),
    ].join('---\n'),
  });
  const { out } = await repo.build('app', '--path', join(repo.path, 'apps'));
  expect(out).not.toMatch(/cipher|sops:/);
  expect(out).toContain('data:\n  x: KipTT1BTKio=\nkind: Secret');
  expect(out).toContain("stringData:\n  z: '**SOPS**'\n");
  expect(out).toContain(`.dockerconfigjson: ${Buffer.from('{"mask":"**SOPS**"}').toString('base64')}`);
  expect(out).toContain('x: KipTT1BTKio=\n  z: Y2xlYXI=');
});

// cli 25-45
describe('--strict-substitute', () => {
  test.each([
    ['${X}', undefined],
    ['${X:=d}', 'd'],
    ['$${X}', '${X}'],
  ])('%s', async (text, want) => {
    using repo = repository({
      'k.yaml': flux('app', 'path: ./apps\n  postBuild: {substitute: {a: b}}'),
      'apps/a.yaml': configMap('a', text),
    });
    const { out, err } = await repo.build('app', '--path', join(repo.path, 'apps'), '--strict-substitute');
    if (want === undefined) expect(err).toMatch(/✗ var substitution failed for 'a': envsubst error: .*X/);
    else expect(out).toBe(rendered('a', want));
  });
});

// cli 25-46
test('finds the document in a file of many', async () => {
  using repo = repository({
    'k.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: {name: app}\n---\n${flux('other', 'path: .')}---\n${flux('app', 'path: .')}`,
    'apps/a.yaml': configMap('a', 'x'),
  });
  const words = ['--path', join(repo.path, 'apps'), '--kustomization-file', join(repo.path, 'k.yaml')];
  expect((await repo.build('app', ...words)).out).toBe(rendered('a', 'x'));
  expect((await repo.build('wrong', ...words)).err).toBe(
    `✗ failed find kustomization with name 'wrong' and namespace 'flux-system' in file '${repo.path}/k.yaml'\n`,
  );
  expect((await repo.build('app', ...words.with(3, 'gone.yaml'))).err).toBe(
    '✗ invalid kustomization file "gone.yaml"\n',
  );
});

test('does not choose between two Kustomizations of one name and folder', async () => {
  using repo = repository({
    'one.yaml': flux('app', 'path: apps'),
    'two.yaml': flux('app', 'path: apps'),
    'apps/a.yaml': configMap('a', 'x'),
  });
  expect((await repo.build('app', '--path', join(repo.path, 'apps'))).err).toBe(
    "✗ several Kustomizations are called 'app': say which with --kustomization-file (one.yaml, two.yaml)\n",
  );
});

// cli 25-47
test('--recursive follows Kustomizations to local sources', async () => {
  using repo = repository({
    'k.yaml': flux('all', 'path: clusters'),
    'clusters/apps.yaml': flux('app', 'path: ./apps'),
    'apps/a.yaml': configMap('a', 'x'),
  });
  const words = ['--path', join(repo.path, 'clusters'), '-r'];
  expect((await repo.build('all', ...words)).err).toContain(
    '✗ cannot get local path for GitRepository/flux-system/fleet of kustomization app\n',
  );
  const { out } = await repo.build('all', ...words, '--local-sources', `GitRepository/flux-system/fleet=${repo.path}`);
  expect(out.indexOf('kind: Kustomization')).toBeGreaterThan(0);
  expect(out.endsWith(rendered('a', 'x'))).toBe(true);
});

test('asks the cluster for what no file has', async () => {
  await using cluster = await startCluster();
  using repo = repository({ 'apps/a.yaml': configMap('a', '${who}') });
  const from = { postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'settings' }] } };
  await cluster.put(kustomization('app', undefined, from));
  await cluster.put({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'apps' },
    data: { who: 'me' },
  } as never);
  const words = ['build', 'ks', 'app', '-n', 'apps', '--path', join(repo.path, 'apps')];
  expect((await cluster.sluice(...words)).out).toContain('v: me');
  expect((await cluster.sluice(...words.with(2, 'gone'))).err).toContain(
    '✗ failed to get kustomization object: kustomizations.kustomize.toolkit.fluxcd.io "gone" not found',
  );
});

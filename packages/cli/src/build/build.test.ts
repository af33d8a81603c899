import { mkdirSync, mkdtempDisposableSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startGitServer } from '@sluice/git-server';
import { corpusMissing, corpusPath, createGitRoot } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { sluice } from '../test/cluster.ts';

const nothing = { HOME: '/nonexistent' };

const configMap = (name: string, namespace?: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;

function folder(files: Readonly<Record<string, string>>) {
  const made = mkdtempDisposableSync(join(realpathSync(tmpdir()), 'sluice-build-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made.path, name)), { recursive: true });
    writeFileSync(join(made.path, name), text);
  }
  return { path: made.path, [Symbol.dispose]: () => made.remove() };
}

test('prints what was built, warnings beside it', async () => {
  using root = folder({
    'kustomization.yaml': 'bases: [a]',
    'a/kustomization.yaml': 'resources: [a.yaml]',
    'a/a.yaml': configMap('a'),
  });
  const { code, out, err } = await sluice(nothing, ['build', root.path]);
  expect([code, out]).toEqual([0, configMap('a')]);
  expect(err).toBe(
    "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n",
  );
});

test('prints what kustomize prints for the corpus', async ({ skip }) => {
  const index = corpusPath('kustomize-index.json');
  skip(index === undefined, corpusMissing);
  const entries = (JSON.parse(readFileSync(index!, 'utf8')) as { dir: string; expected: string }[]).slice(0, 20);
  for (const { dir, expected } of entries) {
    const { out } = await sluice(nothing, ['build', corpusPath(`kustomize/${dir}`)!]);
    expect(out).toBe(readFileSync(corpusPath(`kustomize-expected/${expected}`)!, 'utf8'));
  }
});

test('says file and line of a mistake, and prints nothing', async () => {
  using root = folder({
    'kustomization.yaml': 'resources: [a.yaml]',
    'a.yaml': `${configMap('a')}---\nkind: ConfigMap\n  x: 1\n`,
  });
  const { code, out, err } = await sluice(nothing, ['build', root.path]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^✗ accumulating resources: .*MalformedYAMLError: yaml: line \d+: /);
  expect(err).toMatch(new RegExp(`\\n  file: ${root.path}/a.yaml:\\d+\\n  layer: ${root.path}\\n`));
});

test.for([
  { words: ['a', 'b'], message: 'specify one path to kustomization.yaml' },
  { words: ['--reorder', 'x'], message: 'illegal flag value --reorder x; legal values: [legacy none]' },
  {
    words: ['--load-restrictor', 'x'],
    message: 'illegal flag value --load-restrictor x; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]',
  },
  { words: ['ks'], message: 'kustomization name is required' },
  { words: ['ks', 'x', '--dry-run'], message: 'dry-run mode requires a kustomization file' },
  { words: ['ks', 'x'], message: 'invalid resource path ""' },
  { words: ['ks', 'x', '--path', '/nonexistent'], message: 'invalid resource path "/nonexistent"' },
])('a mistake in `build $words`', async ({ words, message }) => {
  expect(await sluice(nothing, ['build', ...words])).toEqual({ code: 1, out: '', err: `✗ ${message}\n` });
});

test('help shows its flags and the commands below it', async () => {
  const { out } = await sluice(nothing, ['build', '--help']);
  for (const text of ['Usage: sluice build [DIR]', '--load-restrictor', 'kustomization, ks'])
    expect(out).toContain(text);
});

describe('flags of kustomize', () => {
  test('--load-restrictor lets files lie outside of the root', async () => {
    using root = folder({ 'in/kustomization.yaml': 'resources: [../a.yaml]', 'a.yaml': configMap('a') });
    const words = ['build', join(root.path, 'in')];
    expect((await sluice(nothing, words)).err).toContain('security; file');
    expect((await sluice(nothing, [...words, '--load-restrictor', 'LoadRestrictionsNone'])).out).toBe(configMap('a'));
  });

  test('--reorder none keeps the order of the files', async () => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
    using root = folder({
      'kustomization.yaml': 'resources: [a.yaml, n.yaml]',
      'a.yaml': configMap('a'),
      'n.yaml': namespace,
    });
    expect((await sluice(nothing, ['build', root.path])).out).toBe(`${namespace}---\n${configMap('a')}`);
    const { out, err } = await sluice(nothing, ['build', root.path, '--reorder', 'none']);
    expect(out).toBe(`${configMap('a')}---\n${namespace}`);
    expect(err).toContain('Flag --reorder has been deprecated');
  });

  test('--enable-managedby-label adds it', async () => {
    using root = folder({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('a') });
    const { out } = await sluice(nothing, ['build', root.path, '--enable-managedby-label']);
    expect(out).toContain('app.kubernetes.io/managed-by: kustomize-v5.8.1');
  });

  test('for plug-ins are accepted, and said to do nothing', async () => {
    using root = folder({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('a') });
    const { code, out, err } = await sluice(nothing, [
      'build',
      root.path,
      '--enable-helm',
      '--enable-exec',
      '-e',
      'A=b',
    ]);
    expect([code, out]).toEqual([0, configMap('a')]);
    expect(err).toContain('--enable-helm has no effect: Helm charts are not inflated');
  });

  test('--no-remote names itself and the URL, without its password', async () => {
    using root = folder({ 'kustomization.yaml': 'resources: ["https://me:secret@git.invalid/org/repo//base?ref=v1"]' });
    const { code, err } = await sluice(nothing, ['build', root.path, '--no-remote']);
    expect(code).toBe(1);
    expect(err).toContain("remote 'https://git.invalid/org/repo//base?ref=v1' is not fetched: --no-remote is given");
    expect(err).not.toContain('secret');
  });
});

test('remote bases and entries are fetched', async () => {
  await using git = await createGitRoot();
  const repo = await git.createRepo('bases');
  await repo.commit({ 'base/kustomization.yaml': 'resources: [a.yaml]', 'base/a.yaml': configMap('a') });
  await using server = await startGitServer({ root: git.dir });
  const url = `${server.url}/bases.git//base?ref=main`;
  using root = folder({ 'kustomization.yaml': `resources: ["${url}"]` });
  expect(await sluice(nothing, ['build', root.path])).toMatchObject({ code: 0, out: configMap('a') });
  expect(await sluice(nothing, ['build', url])).toMatchObject({ code: 0, out: configMap('a') });
});

describe('-o', () => {
  const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: R:x\n';
  const files = {
    'kustomization.yaml': 'resources: [a.yaml]',
    'a.yaml': `${configMap('a')}---\n${role}---\n${configMap('b', 'Prod')}`,
  };

  test('writes one file', async () => {
    using root = folder(files);
    const target = join(root.path, 'out.yaml');
    expect(await sluice(nothing, ['build', root.path, '-o', target])).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(target, 'utf8')).toBe((await sluice(nothing, ['build', root.path])).out);
  });

  // Names as kustomize 5.8.1 wrote them for the same objects.
  test('writes a file for each object into a folder', async () => {
    using root = folder(files);
    using target = folder({});
    await sluice(nothing, ['build', root.path, '-o', target.path]);
    expect(readdirSync(target.path).toSorted()).toEqual([
      'default_v1_configmap_a.yaml',
      'prod_v1_configmap_b.yaml',
      'rbac.authorization.k8s.io_v1_clusterrole_r:x.yaml',
    ]);
    expect(readFileSync(join(target.path, 'default_v1_configmap_a.yaml'), 'utf8')).toBe(configMap('a'));
  });

  test('leaves the namespace out of the name when there is but one', async () => {
    using root = folder({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('a', 'one') });
    using target = folder({});
    await sluice(nothing, ['build', root.path, '-o', target.path]);
    expect(readdirSync(target.path)).toEqual(['v1_configmap_a.yaml']);
  });

  test('does not let a name lead out of the folder', async () => {
    using root = folder({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('x/../../../y') });
    using target = folder({});
    const { code, err } = await sluice(nothing, ['build', root.path, '-o', target.path]);
    expect([code, readdirSync(target.path)]).toEqual([1, []]);
    expect(err).toContain('its name has a slash');
  });
});

import { mkdtempDisposable, mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskTree } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { buildKustomization } from './build.ts';
import { buildWithRemotes } from './build-with-remotes.ts';
import { RemoteNeeded } from './loader.ts';
import { LimitError } from './limits.ts';
import { build, buildError, buildFailure, buildText, configMap, treeOf } from './testing.ts';

const outside = { 'o/kustomization.yaml': 'resources: [../r.yaml]\n', 'r.yaml': configMap('a') };

describe('the loader', () => {
  test('reads no file outside of its root, unless it may', () => {
    // engine 10
    expect(buildError(outside)).toBe(
      "accumulating resources: accumulation err='accumulating resources from '../r.yaml': security; file '/r.yaml' is not in or below '/o'': must build at directory: '/r.yaml': file is not directory",
    );
    expect(buildText(outside, { loadRestriction: 'none' })).toContain('name: a');
  });

  test.each([
    // engine 11
    [{ 'kustomization.yaml': 'resources: [.]\n' }],
    [{ 'o/kustomization.yaml': 'resources: [../a]\n', 'a/kustomization.yaml': 'resources: [../o]\n' }],
    [{ 'o/kustomization.yaml': 'resources: [c]\n', 'o/c/kustomization.yaml': 'resources: [..]\n' }],
  ])('finds cycles: %j', (files) => {
    expect(buildError(files)).toContain('cycle detected: candidate root');
  });

  test('follows no symbolic link out of its root', async () => {
    // engine 12
    await using folder = await mkdtempDisposable(join(tmpdir(), 'loader-'));
    const at = (...parts: string[]) => join(folder.path, ...parts);
    await mkdir(at('o'));
    await writeFile(at('secret.yaml'), configMap('secret'));
    await symlink(at('secret.yaml'), at('o', 'r.yaml'));
    await writeFile(at('o', 'kustomization.yaml'), 'resources: [r.yaml]\n');
    expect(() => buildKustomization(diskTree, at('o'))).toThrow('security; file');
  });

  test('enters no absolute folder', () => {
    // engine 13
    expect(
      buildError({ 'kustomization.yaml': 'resources: [/etc]\n', 'etc/kustomization.yaml': 'resources: []\n' }),
    ).toBe(
      "accumulating resources: accumulation err='accumulating resources from '/etc': '/etc' must resolve to a file': new root '/etc' cannot be absolute",
    );
  });

  test('names both attempts for what is neither file nor folder', () => {
    // engine 14
    const lstat = "evalsymlink failure on '/nope.yaml' : lstat /nope.yaml: no such file or directory";
    expect(buildError({ 'kustomization.yaml': 'resources: [nope.yaml]\n' })).toBe(
      `accumulating resources: accumulation err='accumulating resources from 'nope.yaml': ${lstat}': must build at directory: not a valid directory: ${lstat}`,
    );
  });

  test('tells components from kustomizations', () => {
    // engine 15
    const component = 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnamePrefix: a\n';
    expect(buildError({ 'kustomization.yaml': 'resources: [c]\n', 'c/kustomization.yaml': component })).toContain(
      "expected kind != 'Component' for path '/c'",
    );
    expect(buildError({ 'kustomization.yaml': 'components: [c]\n', 'c/kustomization.yaml': 'namePrefix: a\n' })).toBe(
      `accumulating components: accumulateDirectory: "expected kind 'Component' for path '/c' but got 'Kustomization'"`,
    );
  });

  test('an error names file, layer and a hint', () => {
    const { place, message } = buildFailure({
      'o/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [r.yaml]\n',
      'b/r.yaml': 'kind: A\n',
    });
    expect(place).toMatchObject({ file: '/b/r.yaml', line: 1, layer: '/b' });
    expect(message).toContain('\n  file: /b/r.yaml:1\n  layer: /b');
  });
});

const remote = { 'kustomization.yaml': 'resources: ["https://example.com/org/repo//base?ref=v1"]\nnamePrefix: p-\n' };

describe('remote bases', () => {
  test('are refused with the URL unless they are allowed', () => {
    const { upstream, place } = buildFailure(remote);
    expect(upstream).toContain("remote 'https://example.com/org/repo//base?ref=v1' cannot be read");
    expect(place.hint).toContain('allow remote bases');
  });

  test('are asked for when they are not at hand', () => {
    const remotes = { file: () => undefined, repository: () => undefined };
    expect(() => build(remote, { remotes })).toThrow(RemoteNeeded);
  });

  test('are fetched and built like any other base', async () => {
    const seen: string[] = [];
    const result = await buildWithRemotes(treeOf(remote), '/', {
      fetcher: {
        file: async () => ({ status: 404, text: 'Not Found' }),
        async repository({ cloneUrl, path, ref }) {
          seen.push(`${cloneUrl} ${path} ${ref}`);
          return treeOf({ 'base/kustomization.yaml': 'resources: [r.yaml]\n', 'base/r.yaml': configMap('a') });
        },
      },
    });
    expect(seen).toEqual(['https://example.com/org/repo base v1']);
    expect(result.resources.map(({ name }) => name)).toEqual(['p-a']);
  });

  test('may not leave their repository', async () => {
    const fetcher = {
      file: async () => ({ status: 404, text: 'Not Found' }),
      repository: async () => treeOf({ 'base/kustomization.yaml': 'resources: [../../x]\n' }),
    };
    await expect(buildWithRemotes(treeOf(remote), '/', { fetcher })).rejects.toThrow(
      'security; bases in kustomizations found in cloned git repos must be within the repo',
    );
  });
});

describe('limits', () => {
  test('bound the bytes of a file, the resources and the layers', () => {
    const one = {
      'kustomization.yaml': 'resources: [r.yaml, s.yaml]\n',
      'r.yaml': configMap('a'),
      's.yaml': configMap('b'),
    };
    expect(() => build(one, { limits: { maxFileBytes: 20 } })).toThrow(LimitError);
    expect(() => build(one, { limits: { maxTotalBytes: 100 } })).toThrow(LimitError);
    expect(() => build(one, { limits: { maxResources: 1 } })).toThrow(LimitError);
    const deep = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`${i}/kustomization.yaml`, `resources: [../${i + 1}]\n`]),
    );
    expect(() => buildKustomization(treeOf(deep), '/0', { limits: { maxDepth: 5 } })).toThrow(LimitError);
    expect(() => buildKustomization(treeOf(deep), '/0', { limits: { maxLayers: 5 } })).toThrow(LimitError);
  });

  test.each([
    ['nested lists', `x: ${'['.repeat(100_000)}`],
    [
      'aliases of aliases',
      `a: &a [x, x]\n${Array.from({ length: 40 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? 'a' : `b${i - 1}`}, *${i === 0 ? 'a' : `b${i - 1}`}]`).join('\n')}`,
    ],
    ['no text', '\u0000\u0001'],
  ])('%s end in an error, not in a crash', (_, text) => {
    const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
    expect(buildError({ 'kustomization.yaml': 'resources: [r.yaml]\n', 'r.yaml': head + text })).toContain('yaml: ');
  });

  test('patterns match in linear time', () => {
    const files = {
      'kustomization.yaml':
        'resources: [r.yaml]\npatches: [{target: {name: "(a+)+b"}, patch: "[{op: remove, path: /data}]"}]\n',
      'r.yaml': configMap('a'.repeat(5000)),
    };
    expect(buildError(files)).toContain('unable to parse SM or JSON patch'); // flow YAML after [ is no JSON
    expect(
      buildText({
        ...files,
        'kustomization.yaml': files['kustomization.yaml'].replaceAll(
          '[{op: remove, path: /data}]',
          '- {op: remove, path: /data}',
        ),
      }),
    ).toContain('a: b');
  });
});

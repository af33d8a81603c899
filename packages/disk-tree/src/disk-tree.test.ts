import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempDisposableSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildKustomization } from '@sluice/kustomize';
import { describe, expect, test } from 'vitest';
import { openDiskTree } from './index.ts';

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

function folder(files: Readonly<Record<string, string>>): Disposable & { readonly path: string } {
  const made = mkdtempDisposableSync(join(realpathSync(tmpdir()), 'sluice-tree-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made.path, name)), { recursive: true });
    writeFileSync(join(made.path, name), text);
  }
  return { path: made.path, [Symbol.dispose]: () => made.remove() };
}

test('builds from the disk', () => {
  using root = folder({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap });
  expect(buildKustomization(openDiskTree(), root.path).toYaml()).toBe(configMap);
});

// engine §3: links are followed before the path is judged
describe('the root of a build', () => {
  test('holds a link that leads to a file in it', () => {
    using root = folder({ 'kustomization.yaml': 'resources: [link.yaml]', 'a.yaml': configMap });
    symlinkSync('a.yaml', join(root.path, 'link.yaml'));
    expect(buildKustomization(openDiskTree(), root.path).toYaml()).toBe(configMap);
  });

  test.each(['../out.yaml', 'link.yaml', 'linked/out.yaml'])('is not left by %s', (name) => {
    using root = folder({ 'in/kustomization.yaml': `resources: ['${name}']`, 'out.yaml': configMap });
    symlinkSync('../out.yaml', join(root.path, 'in/link.yaml'));
    symlinkSync('..', join(root.path, 'in/linked'));
    expect(() => buildKustomization(openDiskTree(), join(root.path, 'in'))).toThrow(
      new RegExp(`security; file '.*' is not in or below '${root.path}/in'`),
    );
  });

  test('is not left by an absolute path, which may lead into it', () => {
    using root = folder({ 'in/a.yaml': configMap, 'out.yaml': configMap });
    const build = (file: string) => {
      writeFileSync(join(root.path, 'in/kustomization.yaml'), `resources: ['${root.path}/${file}']`);
      return buildKustomization(openDiskTree(), join(root.path, 'in')).toYaml();
    };
    expect(build('in/a.yaml')).toBe(configMap);
    expect(() => build('out.yaml')).toThrow('security; file');
  });
});

test('a link that leads nowhere or around is nothing', () => {
  using root = folder({});
  symlinkSync('gone', join(root.path, 'dangling'));
  symlinkSync('loop', join(root.path, 'loop'));
  const tree = openDiskTree();
  expect([tree.resolve(join(root.path, 'dangling')), tree.resolve(join(root.path, 'loop'))]).toEqual([
    undefined,
    undefined,
  ]);
});

test('a pipe is nothing, and is not waited for', () => {
  using root = folder({});
  execFileSync('mkfifo', [join(root.path, 'pipe')]);
  expect(openDiskTree().resolve(join(root.path, 'pipe'))).toBe(undefined);
});

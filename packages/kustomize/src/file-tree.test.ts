import { expect, test } from 'vitest';
import { memoryTree } from './file-tree.ts';

const file = new Uint8Array([1]);

test.each([
  ['/a/f', { kind: 'file', path: '/a/f' }],
  ['/a', { kind: 'directory', path: '/a' }],
  ['/near', { kind: 'file', path: '/a/f' }],
  ['/folder/f', { kind: 'file', path: '/a/f' }],
  ['/b/up', { kind: 'file', path: '/a/f' }],
  ['/b', { kind: 'directory', path: '/b' }],
  ['/twice/f', { kind: 'file', path: '/a/f' }],
  ['/out', undefined],
  ['/absolute', undefined],
  ['/circle', undefined],
  ['/nowhere', undefined],
])('%s is %o', (path, want) => {
  const tree = memoryTree(
    new Map([['a/f', file]]),
    new Map([
      ['near', 'a/f'],
      ['folder', './a'],
      ['b/up', '../a/f'],
      ['twice', 'folder'],
      ['out', '../x'],
      ['absolute', '/a/f'],
      ['circle', 'circle'],
      ['nowhere', 'gone'],
    ]),
  );
  expect(tree.resolve(path)).toEqual(want);
});

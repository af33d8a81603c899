import { expect, test } from 'vitest';
import { buildKustomization } from './build.ts';
import { memoryTree, type FileTree } from './file-tree.ts';
import { recordReads } from './reads.ts';
import { configMap } from './testing.ts';

const files = {
  'o/kustomization.yaml': 'resources: [../b]\n',
  'b/kustomization.yaml': 'resources: [r.yaml]\n',
  'b/r.yaml': configMap('a'),
  'other/kustomization.yaml': 'resources: []\n',
};

function treeOf(changes: Readonly<Record<string, string | undefined>> = {}): FileTree {
  const entries = Object.entries({ ...files, ...changes }).filter(([, text]) => text !== undefined);
  return memoryTree(new Map(entries.map(([path, text]) => [path, new TextEncoder().encode(text)])));
}

test.each([
  { changes: {}, holds: true },
  { changes: { 'other/kustomization.yaml': 'namePrefix: x\n', 'b/unused.yaml': 'x' }, holds: true },
  { changes: { 'b/r.yaml': configMap('b') }, holds: false },
  { changes: { 'b/r.yaml': undefined }, holds: false },
  { changes: { 'o/kustomization.yml': 'resources: []\n' }, holds: false }, // a second kustomization file is an error
])('after $changes a build is the same: $holds', ({ changes, holds }) => {
  const { tree, record } = recordReads(treeOf());
  buildKustomization(tree, '/o');
  expect(record.holdsIn(treeOf(changes))).toBe(holds);
});

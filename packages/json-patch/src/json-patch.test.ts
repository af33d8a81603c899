import { expect, test } from 'vitest';
import { PatchError } from './error.ts';
import { applyJsonPatch } from './json-patch.ts';

const document = { metadata: { labels: { a: '1' } }, list: [1, 2, 3], 'a/b': { '~': 0 } };

function problem(write: () => unknown): [string, string] {
  try {
    write();
  } catch (error) {
    if (error instanceof PatchError) return [error.problem, error.message];
    throw error;
  }
  throw new Error('the patch was accepted');
}

test.each([
  [
    'add an entry',
    [{ op: 'add', path: '/metadata/labels/b', value: '2' }],
    { metadata: { labels: { a: '1', b: '2' } } },
  ],
  // kube-api C-87
  [
    'add below an escaped name',
    [{ op: 'add', path: '/metadata/labels/app.kubernetes.io~1name', value: 'x' }],
    { metadata: { labels: { a: '1', 'app.kubernetes.io/name': 'x' } } },
  ],
  [
    'add replaces an existing entry',
    [{ op: 'add', path: '/metadata/labels/a', value: '2' }],
    { metadata: { labels: { a: '2' } } },
  ],
  ['add an item', [{ op: 'add', path: '/list/1', value: 9 }], { list: [1, 9, 2, 3] }],
  ['add at the end', [{ op: 'add', path: '/list/-', value: 9 }], { list: [1, 2, 3, 9] }],
  ['add behind the last', [{ op: 'add', path: '/list/3', value: 9 }], { list: [1, 2, 3, 9] }],
  ['remove an item', [{ op: 'remove', path: '/list/0' }], { list: [2, 3] }],
  ['remove counted from the end', [{ op: 'remove', path: '/list/-1' }], { list: [1, 2] }],
  ['replace with null', [{ op: 'replace', path: '/list/0', value: null }], { list: [null, 2, 3] }],
  ['replace the tilde', [{ op: 'replace', path: '/a~1b/~0', value: 1 }], { 'a/b': { '~': 1 } }],
  ['move', [{ op: 'move', from: '/list/0', path: '/list/2' }], { list: [2, 3, 1] }],
  ['copy', [{ op: 'copy', from: '/list/0', path: '/list/-' }], { list: [1, 2, 3, 1] }],
  [
    'test, then change',
    [
      { op: 'test', path: '/list', value: [1, 2, 3] },
      { op: 'remove', path: '/list/0' },
    ],
    { list: [2, 3] },
  ],
  ['test a missing path against null', [{ op: 'test', path: '/nowhere', value: null }], {}],
  ['replace everything', [{ op: 'replace', path: '', value: { a: 1 } }], undefined],
])('%s', (_, patch, change) => {
  const before = structuredClone(document);
  const want = change === undefined ? { a: 1 } : { ...document, ...change };
  expect(applyJsonPatch(document, patch)).toEqual(want);
  expect(document).toEqual(before);
});

// kube-api C-85
test.each([
  ['a failed test', { op: 'test', path: '/list/0', value: 2 }],
  ['a test of a missing path', { op: 'test', path: '/nowhere', value: 1 }],
  ['remove of a missing entry', { op: 'remove', path: '/metadata/labels/b' }],
  ['replace of a missing entry', { op: 'replace', path: '/metadata/labels/b', value: 1 }],
  ['an inherited name', { op: 'remove', path: '/metadata/toString' }],
  ['a missing parent', { op: 'add', path: '/nowhere/b', value: 1 }],
  ['an index out of range', { op: 'add', path: '/list/5', value: 1 }],
  ['an index that is none', { op: 'replace', path: '/list/one', value: 1 }],
  ['an index too negative', { op: 'remove', path: '/list/-5' }],
  ['a move into its own child', { op: 'move', from: '/metadata', path: '/metadata/labels/m' }],
  ['an unknown operation', { op: 'merge', path: '/list' }],
  ['no operation', { path: '/list' }],
  ['no path', { op: 'remove' }],
  ['a path without a slash', { op: 'remove', path: 'list' }],
  ['add without a value', { op: 'add', path: '/list/-' }],
])('%s makes the whole patch fail', (_, operation) => {
  const patch = [{ op: 'add', path: '/list/-', value: 4 }, operation];
  expect(problem(() => applyJsonPatch(document, patch))).toEqual([
    'invalid',
    'the server rejected our request due to an error in our request',
  ]);
});

// kube-api C-86
test('limits operations', () => {
  const patch = (count: number) => Array.from({ length: count }, () => ({ op: 'test', path: '/list/0', value: 1 }));
  expect(applyJsonPatch(document, patch(10_000))).toEqual(document);
  expect(problem(() => applyJsonPatch(document, patch(10_001)))).toEqual([
    'tooLarge',
    'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
  ]);
});

// kube-api C-86
test('limits what copies add', () => {
  const large = { a: 'x'.repeat(1_048_576) };
  const patch = ['b', 'c', 'd'].map((key) => ({ op: 'copy', from: '/a', path: `/${key}` }));
  expect(Object.keys(applyJsonPatch(large, patch.slice(1)) as object)).toHaveLength(3);
  expect(problem(() => applyJsonPatch(large, patch))[0]).toBe('tooLarge');
});

test.each([
  [{}, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
  [['x'], 'error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp'],
  [
    [{ op: 1 }],
    'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
  ],
])('%j is no patch', (patch, message) => {
  expect(problem(() => applyJsonPatch(document, patch))).toEqual(['format', message]);
});

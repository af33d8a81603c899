import { expect, test } from 'vitest';
import { PatchError } from './error.ts';
import { applyMergePatch } from './merge-patch.ts';

// RFC 7386, appendix A
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j with %j is %j', (document, patch, want) => {
  const before = structuredClone(document);
  expect(applyMergePatch(document, patch)).toEqual(want);
  expect(document).toEqual(before);
});

// kube-api C-88
test.each([
  [[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
  [null, 'Invalid JSON Patch'],
])('%j is no patch', (patch, message) => {
  expect(() => applyMergePatch({}, patch)).toThrow(new PatchError('format', message));
});

test('a key named __proto__ is a key', () => {
  const patch: unknown = JSON.parse('{"__proto__":{"a":1}}');
  const result = applyMergePatch({}, patch);
  expect(JSON.stringify(result)).toBe('{"__proto__":{"a":1}}');
  expect((result as { a?: number }).a).toBeUndefined();
});

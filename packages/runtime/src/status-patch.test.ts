import type { Condition } from '@sluice/api';
import { expect, test } from 'vitest';
import { buildMergePatch, rebaseStatus } from './status-patch.ts';

test.each([
  { name: 'nothing differs', stored: { a: 1, b: { c: [1] } }, next: { b: { c: [1] }, a: 1 }, want: undefined },
  { name: 'a field comes', stored: {}, next: { a: 1 }, want: { a: 1 } },
  { name: 'a field goes', stored: { a: 1, b: 2 }, next: { b: 2 }, want: { a: null } },
  { name: 'a field is undefined', stored: { a: 1 }, next: { a: undefined }, want: { a: null } },
  { name: 'deep', stored: { o: { a: 1, b: 2, c: 3 } }, next: { o: { a: 1, b: 4 } }, want: { o: { b: 4, c: null } } },
  { name: 'a list is sent whole', stored: { l: [1, 2] }, next: { l: [1, 3] }, want: { l: [1, 3] } },
  { name: 'an object takes the place of a list', stored: { l: [1] }, next: { l: { a: 1 } }, want: { l: { a: 1 } } },
])('$name', ({ stored, next, want }) => {
  expect(buildMergePatch(stored, next)).toEqual(want);
});

function condition(type: string, message: string): Condition {
  return { type, status: 'True', reason: 'Because', message, lastTransitionTime: '2026-03-01T10:00:00Z' };
}

// source 20.2-39, 20.2-40
test('on conflict our changes win and the rest stays as others wrote it', () => {
  const base = {
    observedGeneration: 1,
    artifact: { revision: 'a', size: 1 },
    conditions: [condition('Ready', 'old'), condition('Reconciling', 'old'), condition('Foreign', 'old')],
  };
  const next = {
    observedGeneration: 2,
    artifact: { revision: 'b', size: 1 },
    conditions: [condition('Ready', 'ours'), condition('Foreign', 'old')],
  };
  const fresh = {
    observedGeneration: 1,
    note: 'theirs',
    artifact: { revision: 'a', size: 1, extra: true },
    conditions: [
      condition('Ready', 'theirs'),
      condition('Reconciling', 'theirs'),
      condition('Foreign', 'theirs'),
      condition('Other', 'theirs'),
    ],
  };
  expect(rebaseStatus(base, next, fresh)).toEqual({
    observedGeneration: 2,
    note: 'theirs',
    artifact: { revision: 'b', size: 1, extra: true },
    conditions: [condition('Ready', 'ours'), condition('Foreign', 'theirs'), condition('Other', 'theirs')],
  });
});

import type { KubeObject } from '@sluice/api';
import { expect, test } from 'vitest';
import { firstRun, jittered, levelOfChange } from './triggers.ts';
import type { Reconciled } from './kind.ts';

const requestedAt = 'reconcile.fluxcd.io/requestedAt';

function object(metadata: Partial<KubeObject['metadata']> = {}, status?: object): KubeObject {
  return {
    apiVersion: 'test/v1',
    kind: 'App',
    metadata: { name: 'a', uid: 'u', generation: 1, ...metadata },
    ...(status !== undefined && { status }),
  };
}

test.each([
  { name: 'a new object', old: undefined, next: object(), want: 'change' },
  { name: 'a changed spec', old: object(), next: object({ generation: 2 }), want: 'change' },
  { name: 'another object of the name', old: object(), next: object({ uid: 'v' }), want: 'change' },
  { name: 'a deletion', old: object(), next: object({ deletionTimestamp: 't' }), want: 'change' },
  // source 20.2-34, kustomization 23-13
  { name: 'a request', old: object(), next: object({ annotations: { [requestedAt]: 'x' } }), want: 'person' },
  { name: 'an empty request', old: object(), next: object({ annotations: { [requestedAt]: '' } }), want: 'person' },
  {
    name: 'a request that goes',
    old: object({ annotations: { [requestedAt]: 'x' } }),
    next: object(),
    want: undefined,
  },
  {
    name: 'a request that was handled',
    old: object(),
    next: object({ annotations: { [requestedAt]: 'x' } }, { lastHandledReconcileAt: 'x' }),
    want: undefined,
  },
  // source 20.2-36
  { name: 'a label', old: object(), next: object({ labels: { a: 'b' } }), want: undefined },
  { name: 'another annotation', old: object(), next: object({ annotations: { a: 'b' } }), want: undefined },
  { name: 'a status', old: object(), next: object({}, { observedGeneration: 1 }), want: undefined },
])('$name asks for $want', ({ old, next, want }) => {
  expect(levelOfChange(old, next)).toBe(want);
});

function stored(status: Reconciled['status'], metadata = {}, spec = {}): Reconciled {
  return { ...object(metadata), spec, ...(status !== undefined && { status }) } as Reconciled;
}

const ready = { type: 'Ready', status: 'True', reason: 'S', message: 'm', lastTransitionTime: 't' } as const;
const settled = { observedGeneration: 1, conditions: [ready] };

test.each([
  { name: 'all is well', object: stored(settled), want: 30_000 },
  { name: 'never reconciled', object: stored(undefined), want: 'change' },
  { name: 'its spec changed', object: stored(settled, { generation: 2 }), want: 'change' },
  { name: 'it is being deleted', object: stored(settled, { deletionTimestamp: 't' }), want: 'change' },
  { name: 'it failed', object: stored({ ...settled, conditions: [{ ...ready, status: 'False' }] }), want: 'change' },
  {
    name: 'its run was cut off',
    object: stored({ ...settled, conditions: [ready, { ...ready, type: 'Reconciling' }] }),
    want: 'change',
  },
  { name: 'a person asked', object: stored(settled, { annotations: { [requestedAt]: 'x' } }), want: 'person' },
  { name: 'it is suspended', object: stored(settled, { generation: 2 }, { suspend: true }), want: undefined },
  {
    name: 'it is suspended, and a person asked',
    object: stored(settled, { annotations: { [requestedAt]: 'x' } }, { suspend: true }),
    want: 'person',
  },
])('after a start, when $name: $want', ({ object: found, want }) => {
  expect(firstRun(found, 600_000, 0.5)).toBe(want);
});

test('the first runs of objects with a short interval are spread over that', () => {
  expect(firstRun(stored(settled), 10_000, 0.5)).toBe(5000);
});

// source 20.2-21, 20.2-22, kustomization 23-12
test.each([
  { fraction: 0.05, random: 0, want: 95 },
  { fraction: 0.05, random: 0.5, want: 100 },
  { fraction: 0.05, random: 0.999999, want: 105 },
  { fraction: 0, random: 0.9, want: 100 },
])('an interval of 100 with jitter $fraction at $random is $want', ({ fraction, random, want }) => {
  expect(jittered(100, fraction, random)).toBeCloseTo(want, 3);
});

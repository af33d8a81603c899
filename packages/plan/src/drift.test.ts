import type { KubeObject, ObjectMeta } from '@sluice/api';
import { expect, test } from 'vitest';
import { findDrift, judgeDrift, leavesEntry } from './drift.ts';
import { observe, type Known } from './observed.ts';

const ours = (fields: object, time = '2026-01-01T00:00:00Z') => ({
  manager: 'kustomize-controller',
  operation: 'Apply' as const,
  apiVersion: 'v1',
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { ...fields } },
});
const kubectl = { ...ours({ 'f:b': {} }), manager: 'kubectl-edit', operation: 'Update' as const };
const operator = { ...ours({ 'f:b': {} }), manager: 'operator', operation: 'Update' as const };

const base: ObjectMeta = {
  name: 'x',
  namespace: 'n',
  uid: 'u1',
  resourceVersion: '10',
  labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux' },
  managedFields: [ours({ 'f:a': {} })],
};
const settled: Known = { ...observe(base), manifest: 'm', isSettled: true };
const fresh: Known = { ...settled, isSettled: false };
const live = (changes: Partial<ObjectMeta>) => observe({ ...base, resourceVersion: '11', ...changes }, ['node-fetch']);

test.each([
  { about: 'nothing happened', known: fresh, seen: observe(base), want: 'intact' },
  { about: 'a status write', known: settled, seen: live({}), want: 'intact' },
  { about: 'a status write in the second of our apply', known: fresh, seen: live({}), want: 'unproven' },
  { about: 'deleted', known: settled, seen: undefined, want: 'drifted' },
  { about: 'created anew', known: settled, seen: live({ uid: 'u2' }), want: 'drifted' },
  {
    about: 'being deleted',
    known: settled,
    seen: live({ deletionTimestamp: '2026-01-01T00:00:09Z' }),
    want: 'drifted',
  },
  {
    about: 'a field of ours taken by another',
    known: settled,
    seen: live({ managedFields: [ours({})] }),
    want: 'drifted',
  },
  {
    about: 'applied under our name',
    known: settled,
    seen: live({ managedFields: [ours({ 'f:a': {} }, '2026-01-01T00:00:05Z')] }),
    want: 'drifted',
  },
  { about: 'managedFields cleared', known: settled, seen: live({ managedFields: [] }), want: 'drifted' },
  {
    about: 'a field of another',
    known: settled,
    seen: live({ managedFields: [ours({ 'f:a': {} }), operator] }),
    want: 'intact',
  },
  {
    about: 'kubectl edit',
    known: settled,
    seen: live({ managedFields: [ours({ 'f:a': {} }), kubectl] }),
    want: 'drifted',
  },
  {
    about: 'a manager to take over',
    known: settled,
    seen: live({ managedFields: [ours({ 'f:a': {} }), { ...operator, manager: 'node-fetch' }] }),
    want: 'drifted',
  },
  {
    about: 'a last-applied annotation',
    known: settled,
    seen: live({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }),
    want: 'drifted',
  },
  {
    about: 'just applied, where the server made an entry for fields without one',
    known: settled,
    seen: observe({ ...base, managedFields: [ours({ 'f:a': {} }), { ...operator, manager: 'before-first-apply' }] }),
    want: 'drifted',
  },
  {
    about: 'a policy set in the cluster',
    known: settled,
    seen: live({ annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } }),
    want: 'drifted',
  },
])('$about: $want', ({ known, seen, want }) => {
  expect(judgeDrift(known, seen)).toBe(want);
});

// kustomization 23-109
test('fields of kubectl stay where the policy is Merge', () => {
  const annotations = { 'kustomize.toolkit.fluxcd.io/ssa': 'Merge' };
  const merged = { ...base, annotations };
  const known: Known = { ...observe(merged), manifest: 'm', isSettled: true };
  const seen = live({ annotations, managedFields: [ours({ 'f:a': {} }), kubectl] });
  expect(judgeDrift(known, seen)).toBe('intact');
});

test('a dry-run that changes something changes our entry or its time', () => {
  expect(leavesEntry(live({}), live({}))).toBe(true);
  expect(leavesEntry(live({ managedFields: [ours({ 'f:a': {} }, '2026-01-01T00:00:09Z')] }), live({}))).toBe(false);
  expect(leavesEntry(live({ managedFields: [ours({ 'f:b': {} })] }), live({}))).toBe(false);
  expect(leavesEntry(live({ managedFields: [] }), live({ managedFields: [] }))).toBe(false);
});

const object = (fields: Record<string, unknown>, metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x', ...metadata },
  ...fields,
});

test.each([
  [object({ spec: { a: 1 } }), object({ spec: { a: 1 } }), undefined],
  [object({ spec: { a: 2 } }), object({ spec: { a: 1 } }), '/spec/a'],
  [object({ spec: { a: 1 } }), object({ spec: {} }), '/spec/a'],
  [
    object({ spec: { list: [{ a: 1 }, { b: 2 }] } }),
    object({ spec: { list: [{ a: 1 }, { b: 3 }] } }),
    '/spec/list/1/b',
  ],
  [object({ spec: { list: [1] } }), object({ spec: { list: [1, 2] } }), '/spec/list'],
  [object({ spec: { a: {}, b: [], c: null } }), object({ spec: {} }), undefined],
  [object({ status: { a: 1 } }), object({ status: { a: 2 } }), undefined],
  [object({}, { labels: { 'a/b': 'x' } }), object({}), '/metadata/labels'],
  [object({}, { labels: { 'a/b': 'x', c: 'y' } }), object({}, { labels: { c: 'y' } }), '/metadata/labels/a~1b'],
  [object({}, { annotations: { a: 'x' } }), object({}, { annotations: { a: 'y' } }), '/metadata/annotations/a'],
  [object({}, { finalizers: ['f'], resourceVersion: '1' }), object({}, { generation: 2 }), undefined],
])('%#: the first difference is %s', (dryRun, current, want) => {
  expect(findDrift(dryRun, current)).toBe(want);
});

// kustomization 23-126, 23-131
test('does not compare what is ignored', () => {
  const dryRun = object({ spec: { replicas: 1, list: [{ a: 1, b: 1 }] } }, { annotations: { 'example.com/x': '1' } });
  const current = object({ spec: { replicas: 5, list: [{ a: 9, b: 1 }] } }, { annotations: { 'example.com/x': '2' } });
  const ignored = ['/spec/replicas', '/spec/list/0/a', '/metadata/annotations/example.com~1x', '/nothing/there', 'bad'];
  expect(findDrift(dryRun, current, ignored)).toBe(undefined);
  expect(findDrift(dryRun, current, ignored.slice(1))).toBe('/spec/replicas');
});

import type { Condition } from '@sluice/api';
import { expect, test } from 'vitest';
import { finishStatus, suspendedStatus } from './conditions.ts';
import type { Kind, Outcome, Reconciled } from './kind.ts';

const now = new Date('2026-03-01T10:00:00Z');

function condition(type: string, status: Condition['status'], reason: string, message = reason): Condition {
  return { type, status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 2 };
}

function app(annotations: Record<string, string> = {}, status: Reconciled['status'] = {}): Reconciled {
  const metadata = { name: 'a', generation: 3, annotations };
  return { apiVersion: 'test/v1', kind: 'App', metadata, spec: {}, status };
}

function finish(outcome: Outcome, object = app(), summarize?: Kind['summarize']) {
  const kind: Kind = {
    gvk: { group: 'test', version: 'v1', kind: 'App' },
    controller: 'c',
    triggers: [],
    intervalMs: () => 1000,
    reconcile: () => Promise.reject(new Error('not called')),
    ...(summarize !== undefined && { summarize }),
  };
  const status = finishStatus({ kind, object, outcome, stored: object.status ?? {}, now });
  const conditions = status.conditions?.map(({ type, status: is, reason }) => `${type}=${is}/${reason}`);
  return { ...status, conditions };
}

const working = [
  condition('Reconciling', 'True', 'Progressing', 'fetching'),
  condition('Ready', 'Unknown', 'Progressing'),
];

// source 20.2-21
test('done: Reconciling and Stalled go, the generation is observed', () => {
  const conditions = [
    ...working.slice(0, 1),
    condition('Stalled', 'True', 'X'),
    condition('Ready', 'True', 'Succeeded'),
  ];
  expect(finish({ type: 'done', status: { conditions } })).toEqual({
    observedGeneration: 3,
    conditions: ['Ready=True/Succeeded'],
  });
});

test('unchanged: the stored status stays, but for what shows work', () => {
  const status = {
    observedGeneration: 2,
    conditions: [...working.slice(0, 1), condition('Ready', 'True', 'Succeeded')],
  };
  expect(finish({ type: 'unchanged' }, app({}, status))).toEqual({
    observedGeneration: 3,
    conditions: ['Ready=True/Succeeded'],
  });
  expect(finish({ type: 'unchanged' }, app())).toEqual({ conditions: undefined });
});

// source 20.2-25, kustomization 23-11
test('retry: Reconciling keeps its message and says that it tries again, the generation is not observed', () => {
  const outcome: Outcome = {
    type: 'retry',
    status: { observedGeneration: 2, conditions: [...working, condition('Stalled', 'True', 'X')] },
    reason: 'BuildFailed',
    message: 'no such file',
  };
  expect(finish(outcome)).toEqual({
    observedGeneration: 2,
    conditions: ['Reconciling=True/ProgressingWithRetry', 'Ready=False/BuildFailed'],
  });
});

test('retry: a kind may have said why in its own words', () => {
  const conditions = [condition('Ready', 'False', 'BuildFailed', 'own words')];
  const outcome: Outcome = { type: 'retry', status: { conditions }, reason: 'BuildFailed', message: 'other words' };
  const status = finishStatus({
    kind: { summarize: undefined } as unknown as Kind,
    object: app(),
    outcome,
    stored: {},
    now,
  });
  expect(status.conditions).toEqual(conditions);
});

// source 20.2-28
test.each([
  { observed: undefined, want: 3 },
  { observed: true, want: 3 },
  { observed: false, want: 2 },
])('stalled with observed $observed: generation $want', ({ observed, want }) => {
  const outcome: Outcome = {
    type: 'stalled',
    status: { observedGeneration: 2, conditions: working },
    reason: 'URLInvalid',
    message: 'bad',
    ...(observed !== undefined && { observed }),
  };
  expect(finish(outcome)).toEqual({
    observedGeneration: want,
    conditions: ['Stalled=True/URLInvalid', 'Ready=False/URLInvalid'],
  });
});

test('waiting: work goes on, unless it already failed', () => {
  const until = new Date();
  expect(finish({ type: 'waiting', status: { conditions: working }, until }).conditions).toEqual([
    'Reconciling=True/Progressing',
    'Ready=Unknown/Progressing',
  ]);
  const failing = [working[0]!, condition('Ready', 'False', 'DependencyNotReady')];
  expect(finish({ type: 'waiting', status: { conditions: failing }, until }).conditions).toEqual([
    'Reconciling=True/ProgressingWithRetry',
    'Ready=False/DependencyNotReady',
  ]);
});

// source 20.2-44
test('Ready is summarised last, from what the others have become', () => {
  const summarize: Kind['summarize'] = (list) => {
    const [first] = list.filter(({ type }) => type !== 'Ready');
    return [...list.filter(({ type }) => type !== 'Ready'), { ...first!, type: 'Ready', status: 'False' }];
  };
  const outcome: Outcome = { type: 'retry', status: { conditions: working }, reason: 'Failed', message: 'm' };
  expect(finish(outcome, app(), summarize).conditions).toEqual([
    'Reconciling=True/ProgressingWithRetry',
    'Ready=False/ProgressingWithRetry',
  ]);
});

// source 2.3: a plain error, after which no condition of the kind is a bad one
test('retry: a kind that summarises is not ready, even when none of its conditions tells of the failure', () => {
  const stored = [condition('InStorage', 'True', 'Stored'), condition('Ready', 'True', 'Stored')];
  const summarize: Kind['summarize'] = (list) => {
    const rest = list.filter(({ type }) => type !== 'Ready');
    const bad = rest.find(({ type }) => type === 'Reconciling');
    const cause = bad ?? rest[0]!;
    return [...rest, { ...cause, type: 'Ready', status: bad === undefined ? 'True' : 'False' }];
  };
  const outcome: Outcome = { type: 'retry', status: { conditions: stored }, reason: 'Failed', message: 'no disk' };
  expect(finish(outcome, app(), summarize).conditions).toEqual([
    'Reconciling=True/ProgressingWithRetry',
    'InStorage=True/Stored',
    'Ready=False/ProgressingWithRetry',
  ]);
  const first: Outcome = { ...outcome, status: {} };
  expect(finish(first, app(), (list) => (list.length === 0 ? [] : summarize(list, app(), now))).conditions).toEqual([
    'Reconciling=True/ProgressingWithRetry',
    'Ready=False/ProgressingWithRetry',
  ]);
});

// source 20.2-33
test.each([
  { type: 'done', status: {} },
  { type: 'unchanged' },
  { type: 'waiting', status: {}, until: now },
  { type: 'retry', status: {}, reason: 'R', message: 'm' },
  { type: 'stalled', status: {}, reason: 'R', message: 'm' },
] satisfies Outcome[])('$type: what was requested at the start is handled', (outcome) => {
  const object = app({ 'reconcile.fluxcd.io/requestedAt': '' });
  expect(finish(outcome, object)).toMatchObject({ lastHandledReconcileAt: '' });
  expect(finish(outcome, app())).not.toHaveProperty('lastHandledReconcileAt');
});

// source 20.2-30, kustomization 23-14
test('suspended: requests are handled, a ready object observes its generation', () => {
  const request = { 'reconcile.fluxcd.io/requestedAt': 'x' };
  const ready = [condition('Ready', 'True', 'Succeeded')];
  expect(suspendedStatus(app(request, { observedGeneration: 2, conditions: ready }))).toEqual({
    observedGeneration: 3,
    lastHandledReconcileAt: 'x',
    conditions: ready,
  });
  const failing = [condition('Stalled', 'True', 'X'), condition('Ready', 'False', 'X')];
  expect(suspendedStatus(app({}, { observedGeneration: 2, conditions: failing }))).toEqual({
    observedGeneration: 2,
    conditions: failing.slice(1),
  });
});

import type { KubeObject } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { assessHealth, needsPods } from './assess.ts';

const now = new Date('2026-03-01T12:00:00Z');
const selector = { matchLabels: { app: 'web' } };

function job(spec: object, status: object): KubeObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate' }, spec, status };
}

function statefulSet(spec: object): KubeObject {
  const metadata = { name: 'db', namespace: 'team' };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec, status: { replicas: 0 } };
}

function pod(name: string, status: object, metadata: object = {}): KubeObject {
  const labels = { app: 'web' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'team', labels, ...metadata },
    status,
  } as KubeObject;
}

const crashing = {
  phase: 'Running',
  containerStatuses: [{ name: 'c', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
};

// kustomization 164
test('an object that is not there is NotFound', () => {
  expect(assessHealth(undefined, { now }).status).toBe('NotFound');
});

// kustomization 162, 167
describe('a Job', () => {
  test.each([
    { spec: {}, status: {}, want: 'InProgress', message: 'Job not started. active: 0/1' },
    {
      spec: { parallelism: 2 },
      status: { startTime: '2026-03-01T11:00:00Z', active: 2 },
      want: 'InProgress',
      message: 'Job in progress. success:0, active: 2, failed: 0',
    },
    {
      spec: { suspend: true },
      status: { startTime: '2026-03-01T11:00:00Z' },
      want: 'Current',
      message: 'Job is suspended',
    },
    {
      spec: { completions: 3 },
      status: { succeeded: 3, conditions: [{ type: 'Complete', status: 'True' }] },
      want: 'Current',
      message: 'Job Completed. succeeded: 3/3',
    },
    {
      spec: {},
      status: { failed: 1, conditions: [{ type: 'Failed', status: 'True' }] },
      want: 'Failed',
      message: 'Job Failed. failed: 1/1',
    },
  ])('$spec $status is $want', ({ spec, status, want, message }) => {
    expect(assessHealth(job(spec, status), { now })).toEqual({ status: want, message });
  });
});

// kustomization 170
describe('a StatefulSet in progress', () => {
  const unschedulable = {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
  };

  test('fails with its Pods', () => {
    const pods = [pod('a', crashing), pod('b', unschedulable), pod('c', { phase: 'Weird' })];
    const want = { status: 'Failed', message: '1 pods have failed' };
    expect(assessHealth(statefulSet({ selector }), { now, pods })).toEqual(want);
  });

  test.each([
    ['that find no node', pod('a', unschedulable)],
    ['that are being deleted', pod('a', crashing, { deletionTimestamp: '2026-03-01T11:59:00Z' })],
    ['of others', pod('a', crashing, { labels: { app: 'db' } })],
    ['in another namespace', pod('a', crashing, { namespace: 'other' })],
  ])('does not fail with Pods %s', (_, other) => {
    const want = { status: 'InProgress', message: 'Replicas: 0/1' };
    expect(assessHealth(statefulSet({ selector }), { now, pods: [other] })).toEqual(want);
  });

  test.each([
    [{ key: 'app', operator: 'In', values: ['web', 'x'] }, 'Failed'],
    [{ key: 'app', operator: 'NotIn', values: ['web'] }, 'InProgress'],
    [{ key: 'tier', operator: 'NotIn', values: ['web'] }, 'Failed'],
    [{ key: 'app', operator: 'Exists' }, 'Failed'],
    [{ key: 'app', operator: 'DoesNotExist' }, 'InProgress'],
    [{ key: 'app', operator: 'Like', values: ['web'] }, 'Unknown'],
  ])('selects by %j: %s', (expression, want) => {
    const object = statefulSet({ selector: { matchExpressions: [expression] } });
    expect(assessHealth(object, { now, pods: [pod('a', crashing)] }).status).toBe(want);
  });

  test('needs a selector', () => {
    expect(assessHealth(statefulSet({}), { now })).toEqual({ status: 'Unknown', message: 'no selector found' });
  });
});

test('tells for which kinds Pods have to be listed', () => {
  expect(needsPods({ apiVersion: 'apps/v1', kind: 'StatefulSet' })).toBe(true);
  expect(needsPods({ apiVersion: 'apps/v1', kind: 'Deployment' })).toBe(false);
});

test('rules of the user come before ours, but after those of Jobs', () => {
  const custom = () => ({ status: 'Failed', message: 'by rule' }) as const;
  expect(assessHealth(statefulSet({}), { now, custom }).message).toBe('by rule');
  expect(assessHealth(job({}, {}), { now, custom }).status).toBe('InProgress');
  expect(assessHealth(statefulSet({ selector }), { now, custom: () => undefined }).status).toBe('InProgress');
});

test('an object that allows no answer is Unknown', () => {
  const object = { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w' }, status: { conditions: 'x' } };
  expect(assessHealth(object, { now })).toEqual({ status: 'Unknown', message: 'cannot restore slice from string' });
});

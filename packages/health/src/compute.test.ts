import type { KubeObject } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { computeStatus } from './compute.ts';
import { HealthError } from './error.ts';

const now = new Date('2026-03-01T12:00:00Z');

function object(apiVersion: string, kind: string, rest: Record<string, unknown> = {}): KubeObject {
  return { apiVersion, kind, ...rest, metadata: { name: 'web', namespace: 'team', ...(rest['metadata'] as object) } };
}

function statusOf(apiVersion: string, kind: string, rest: Record<string, unknown>): [string, string] {
  const { status, message } = computeStatus(object(apiVersion, kind, rest), now);
  return [status, message];
}

function conditions(...list: [type: string, status: string, reason?: string, message?: string][]): object {
  return { conditions: list.map(([type, status, reason, message]) => ({ type, status, reason, message })) };
}

// kustomization 167, kube-api J 308
describe('a custom resource', () => {
  test.each([
    { status: undefined, want: ['Current', 'Resource is current'] },
    { status: conditions(['Ready', 'True']), want: ['Current', 'Resource is Ready'] },
    { status: conditions(['Ready', 'False', 'Early', 'not yet']), want: ['InProgress', 'not yet'] },
    { status: conditions(['Ready', 'Unknown', 'Early', 'asking']), want: ['InProgress', 'asking'] },
    { status: conditions(['Ready', 'Perhaps'], ['Ready', 'False', 'Early', 'later']), want: ['InProgress', 'later'] },
    { status: conditions(['Ready', 'True'], ['Stalled', 'True', 'Broken', 'no quota']), want: ['Failed', 'no quota'] },
    {
      status: conditions(['Reconciling', 'True', 'Busy', 'step 2'], ['Stalled', 'True']),
      want: ['InProgress', 'step 2'],
    },
  ])('with $status is $want', ({ status, want }) => {
    expect(statusOf('example.org/v1', 'Widget', { status })).toEqual(want);
  });

  test('is Terminating whatever else it says', () => {
    const metadata = { deletionTimestamp: '2026-03-01T11:00:00Z', generation: 2 };
    expect(statusOf('example.org/v1', 'Widget', { metadata, status: { observedGeneration: 1 } })[0]).toBe(
      'Terminating',
    );
  });

  // kube-api J 307
  test('is in progress until its generation is observed', () => {
    const rest = { metadata: { generation: 2 }, status: { observedGeneration: 1, ...conditions(['Ready', 'True']) } };
    expect(computeStatus(object('example.org/v1', 'Widget', rest), now)).toEqual({
      status: 'InProgress',
      message: 'Widget generation is 2, but latest observed generation is 1',
      conditions: [
        {
          type: 'Reconciling',
          status: 'True',
          reason: 'LatestGenerationNotObserved',
          message: 'Widget generation is 2, but latest observed generation is 1',
        },
      ],
    });
  });
});

const workload = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 };
const done = conditions(['Progressing', 'True', 'NewReplicaSetAvailable'], ['Available', 'True']);

describe('kustomization 167', () => {
  test.each([
    ['apps/v1', 'Deployment', { status: { ...workload, ...done } }, 'Current'],
    ['apps/v1', 'Deployment', { spec: { replicas: 0 }, status: done }, 'Current'], // kube-api J 306
    ['apps/v1', 'Deployment', { spec: { progressDeadlineSeconds: 600 }, status: workload }, 'InProgress'],
    ['apps/v1', 'Deployment', { status: { ...workload, ...conditions(['Available', 'True']) } }, 'Current'],
    ['apps/v1', 'Deployment', { spec: { replicas: 2 }, status: { ...workload, ...done } }, 'InProgress'],
    ['apps/v1', 'Deployment', { status: conditions(['Progressing', 'False', 'ProgressDeadlineExceeded']) }, 'Failed'], // J 298
    ['apps/v1', 'StatefulSet', { spec: { updateStrategy: { type: 'OnDelete' } } }, 'Current'],
    [
      'apps/v1',
      'StatefulSet',
      { status: { ...workload, currentReplicas: 1, currentRevision: 'a', updateRevision: 'b' } },
      'InProgress',
    ],
    [
      'apps/v1',
      'StatefulSet',
      { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } }, status: workload },
      'Current',
    ], // J 301
    ['apps/v1', 'ReplicaSet', { status: { ...workload, fullyLabeledReplicas: 1 } }, 'Current'],
    [
      'apps/v1',
      'ReplicaSet',
      { status: { ...workload, fullyLabeledReplicas: 1, ...conditions(['ReplicaFailure', 'True']) } },
      'InProgress',
    ],
    [
      'apps/v1',
      'DaemonSet',
      { metadata: { generation: 1 }, status: { observedGeneration: 1, desiredNumberScheduled: 0 } },
      'Current',
    ], // J 302
    ['apps/v1', 'DaemonSet', { status: { desiredNumberScheduled: 0 } }, 'InProgress'],
    ['batch/v1', 'CronJob', { status: conditions(['Ready', 'False']) }, 'Current'],
    ['v1', 'ConfigMap', {}, 'Current'],
    ['v1', 'Secret', {}, 'Current'],
    ['v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }, 'Current'],
    ['v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }, 'InProgress'],
    ['v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.9' } }, 'Current'],
    ['v1', 'Service', { spec: { type: 'LoadBalancer' } }, 'InProgress'],
    ['policy/v1', 'PodDisruptionBudget', {}, 'Current'],
    ['v1', 'Pod', { status: { phase: 'Failed' } }, 'Current'],
    ['v1', 'Pod', { status: { phase: 'Running', ...conditions(['Ready', 'True']) } }, 'Current'],
    ['v1', 'Pod', { status: { phase: 'Running' } }, 'InProgress'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', { status: conditions(['Established', 'True']) }, 'Current'],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      { status: conditions(['NamesAccepted', 'False']) },
      'Failed',
    ], // J 309
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      { status: conditions(['Established', 'False', 'Installing']) },
      'InProgress',
    ],
    ['extensions/v1beta1', 'Deployment', {}, 'InProgress'],
    ['extensions/v1beta1', 'StatefulSet', {}, 'Current'],
    ['serving.knative.dev/v1', 'Service', { spec: { type: 'LoadBalancer' } }, 'Current'],
  ])('%s %s %j is %s', (apiVersion, kind, rest, want) => {
    expect(statusOf(apiVersion, kind, rest)[0]).toBe(want);
  });
});

// kube-api J 299
test('a Pod whose containers crash again and again has failed', () => {
  const waiting = (name: string, reason: string) => ({ name, state: { waiting: { reason } } });
  const containerStatuses = [
    waiting('a', 'CrashLoopBackOff'),
    waiting('b', 'ErrImagePull'),
    waiting('c', 'CrashLoopBackOff'),
  ];
  const want = ['Failed', 'Containers in CrashLoop state: a,c'];
  expect(statusOf('v1', 'Pod', { status: { phase: 'Running', containerStatuses } })).toEqual(want);
});

// kube-api J 300
test.each([
  { createdAt: '2026-03-01T11:59:46Z', want: 'InProgress' },
  { createdAt: '2026-03-01T11:59:45Z', want: 'Failed' },
])('a Pod without a node, created at $createdAt, is $want', ({ createdAt, want }) => {
  const status = { phase: 'Pending', ...conditions(['PodScheduled', 'False', 'Unschedulable']) };
  expect(statusOf('v1', 'Pod', { metadata: { creationTimestamp: createdAt }, status })[0]).toBe(want);
});

test.each([
  [
    { metadata: { generation: 1 }, status: { observedGeneration: '1' } },
    /observedGeneration accessor error: 1 is of the type string/,
  ],
  [{ metadata: { generation: 1 }, status: { observedGeneration: null } }, /<nil> is of the type <nil>, expected int64/],
  [{ status: 'fine' }, 'cannot restore struct from: string'],
  [{ status: { conditions: ['Ready'] } }, 'cannot restore struct from: string'],
  [{ status: { conditions: [{ type: 'Ready', status: true }] } }, 'unrecognized type: string'],
])('%j allows no answer', (rest, message) => {
  expect(() => statusOf('example.org/v1', 'Widget', rest)).toThrow(HealthError);
  expect(() => statusOf('example.org/v1', 'Widget', rest)).toThrow(message);
});

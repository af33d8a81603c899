import type { KubeObject } from '@sluice/api';
import { expect, test } from 'vitest';
import { splitStages } from './stages.ts';

const object = (apiVersion: string, kind: string, name = 'x'): KubeObject => ({ apiVersion, kind, metadata: { name } });

const objects = [
  object('v1', 'ConfigMap'),
  object('storage.k8s.io/v1', 'StorageClass'),
  object('rbac.authorization.k8s.io/v1', 'Role'),
  object('cluster.x-k8s.io/v1beta1', 'ClusterClass'),
  object('rbac.authorization.k8s.io/v1', 'ClusterRole'),
  object('v1', 'Namespace'),
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
  object('example.org/v1', 'Namespace'),
];

const shown = (customKinds?: Set<string>) =>
  splitStages(objects, customKinds).map((stage) => [
    stage.name,
    stage.isWaitedFor,
    stage.objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
  ]);

// kustomization 23-100
test('splits definitions, classes and the rest', () => {
  expect(shown()).toEqual([
    [
      'definitions',
      true,
      ['apiextensions.k8s.io/v1 CustomResourceDefinition', 'v1 Namespace', 'rbac.authorization.k8s.io/v1 ClusterRole'],
    ],
    ['classes', true, ['cluster.x-k8s.io/v1beta1 ClusterClass', 'storage.k8s.io/v1 StorageClass']],
    ['rest', false, ['example.org/v1 Namespace', 'rbac.authorization.k8s.io/v1 Role', 'v1 ConfigMap']],
  ]);
});

// kustomization 23-119
test('gives custom kinds a stage of their own', () => {
  const [, , custom, rest] = shown(new Set(['rbac.authorization.k8s.io/Role']));
  expect(custom).toEqual(['custom', false, ['rbac.authorization.k8s.io/v1 Role']]);
  expect(rest).toEqual(['rest', false, ['example.org/v1 Namespace', 'v1 ConfigMap']]);
});

import { expect, test } from 'vitest';
import { builtinResources } from './resources.ts';

const find = (group: string, plural: string) =>
  builtinResources().find((resource) => resource.group === group && resource.plural === plural)!;

// kube-api §1.3
test('resources as discovery shows them', () => {
  expect(find('apps', 'deployments')).toEqual({
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    plural: 'deployments',
    singular: 'deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    namespaced: true,
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    subresources: [
      {
        name: 'scale',
        verbs: ['get', 'patch', 'update'],
        kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      },
      { name: 'status', verbs: ['get', 'patch', 'update'] },
    ],
  });
  expect(find('', 'namespaces').verbs).not.toContain('deletecollection');
  expect(find('authorization.k8s.io', 'subjectaccessreviews').verbs).toEqual(['create']);
  expect(find('apiextensions.k8s.io', 'customresourcedefinitions').shortNames).toEqual(['crd', 'crds']);
});

// kube-api §1.3, "group order"
test('groups come by priority, the preferred version first', () => {
  const groups = [...new Set(builtinResources().map(({ group, version }) => `${group}/${version}`))];
  expect(groups).toEqual([
    '/v1',
    'apiregistration.k8s.io/v1',
    'apps/v1',
    'events.k8s.io/v1',
    'authentication.k8s.io/v1',
    'authorization.k8s.io/v1',
    'autoscaling/v2',
    'autoscaling/v1',
    'batch/v1',
    'networking.k8s.io/v1',
    'policy/v1',
    'rbac.authorization.k8s.io/v1',
    'storage.k8s.io/v1',
    'admissionregistration.k8s.io/v1',
    'apiextensions.k8s.io/v1',
    'scheduling.k8s.io/v1',
    'coordination.k8s.io/v1',
    'node.k8s.io/v1',
    'discovery.k8s.io/v1',
  ]);
});

test('within a group, resources come by name', () => {
  const byGroup = Object.groupBy(builtinResources(), ({ group, version }) => `${group}/${version}`);
  for (const resources of Object.values(byGroup)) {
    const names = resources!.map(({ plural }) => plural);
    expect(names).toEqual(names.toSorted());
  }
});

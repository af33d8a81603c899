import { expect, test } from 'vitest';
import { compareIds, groupByRank } from './order.ts';

const id = (kind: string, name = 'a', group = '', namespace = '') => ({ group, kind, namespace, name });

// kustomization 23-136: deleting goes the other way round
test('orders by rank, group, kind, namespace and name', () => {
  const ids = [
    id('ValidatingWebhookConfiguration'),
    id('Widget', 'a', 'example.org', 'ns'),
    id('Deployment', 'b', 'apps', 'ns'),
    id('Deployment', 'a', 'apps', 'ns'),
    id('Deployment', 'z', 'apps', 'alpha'),
    id('Ingress', 'a', 'networking.k8s.io', 'ns'),
    id('Service', 'a', '', 'ns'),
    id('Secret', 'a', '', 'ns'),
    id('ConfigMap', 'a', '', 'ns'),
    id('Namespace', 'ns'),
    id('CustomResourceDefinition', 'widgets.example.org', 'apiextensions.k8s.io'),
    id('MutatingWebhookConfiguration'),
    id('ClusterRole', 'a', 'rbac.authorization.k8s.io'),
  ];
  expect(ids.toSorted(compareIds).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([
    'CustomResourceDefinition /widgets.example.org',
    'Namespace /ns',
    'ClusterRole /a',
    'ConfigMap ns/a',
    'Secret ns/a',
    'Service ns/a',
    'Deployment alpha/z',
    'Deployment ns/a',
    'Deployment ns/b',
    'Widget ns/a',
    'Ingress ns/a',
    'MutatingWebhookConfiguration /a',
    'ValidatingWebhookConfiguration /a',
  ]);
});

test('puts neighbours of one rank into one group', () => {
  const kinds = ['Namespace', 'ConfigMap', 'ConfigMap', 'Secret', 'Ingress', 'Widget'];
  expect(groupByRank(kinds, (kind) => kind)).toEqual([
    ['Namespace'],
    ['ConfigMap', 'ConfigMap'],
    ['Secret'],
    ['Ingress', 'Widget'],
  ]);
});

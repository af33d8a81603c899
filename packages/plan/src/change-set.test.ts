import { expect, test } from 'vitest';
import { formatChanges, type Action } from './change-set.ts';

const change = (kind: string, namespace: string, name: string, action: Action) => ({
  id: { group: '', kind, namespace, name },
  version: 'v1',
  action,
});

// kustomization 23-180
test('lists what was touched, one object a line', () => {
  const changes = [
    change('Namespace', '', 'shop', 'created'),
    change('ConfigMap', 'shop', 'a', 'unchanged'),
    change('ConfigMap', 'shop', 'b', 'skipped'),
    change('Service', 'shop', 'web', 'configured'),
    change('Secret', 'shop', 's', 'deleted'),
  ];
  expect(formatChanges(changes)).toBe('Namespace/shop created\nService/shop/web configured\nSecret/shop/s deleted');
});

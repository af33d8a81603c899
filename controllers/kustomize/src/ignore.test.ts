import { expect, test } from 'vitest';
import { ignoredFieldsOf } from './ignore.ts';

const object = (kind: string, name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop', labels },
});

// kustomization 23-129, 23-133
test('the rules that concern an object add up', () => {
  const ignored = ignoredFieldsOf([
    { paths: ['/a'] },
    { paths: ['/b'] },
    { paths: ['/spec/replicas'], target: { kind: 'Deployment|StatefulSet', name: 'web-.*' } },
    { paths: ['/labelled'], target: { labelSelector: 'tier in (front,back),!old' } },
    { paths: ['/group'], target: { group: 'app' } },
  ]);
  expect(ignored(object('Deployment', 'web-1'))).toEqual(['/a', '/b', '/spec/replicas']);
  expect(ignored(object('Deployment', 'my-web-1', { tier: 'front' }))).toEqual(['/a', '/b', '/labelled']);
  expect(ignored(object('Deployment', 'x', { tier: 'front', old: '' }))).toEqual(['/a', '/b']);
});

// kustomization 23-132
test.each([
  [{ kind: '(' }, 'failed to create ignore rule selector: invalid kind regex: '],
  [{ labelSelector: '=' }, 'failed to create ignore rule selector: invalid label selector: '],
])('refuses the target %j', (target, want) => {
  expect(() => ignoredFieldsOf([{ paths: ['/a'], target }])).toThrow(want);
});

import type { KubeObject } from '@sluice/api';
import { expect, test } from 'vitest';
import { Store } from './store.ts';

function object(name: string, data = ''): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'a' }, data };
}

test('earlier states are there as long as they are remembered', () => {
  let now = 0;
  const store = new Store(() => new Date(now));
  const collection = store.collection('/configmaps');
  const first = Number(store.put('/configmaps', object('x', '1')).metadata.resourceVersion);
  store.put('/configmaps', object('x', '2'));
  store.put('/configmaps', object('y'));
  store.remove('/configmaps', 'a/x');
  expect(collection.valuesAt(first)?.map(({ metadata, data }) => [metadata.name, data])).toEqual([['x', '1']]);
  expect(collection.eventsAfter(first)?.map(({ type }) => type)).toEqual(['MODIFIED', 'ADDED', 'DELETED']);
  store.compact(first);
  expect(collection.valuesAt(first)).toHaveLength(1);
  expect(collection.valuesAt(first - 1)).toBeUndefined();

  // Old events go once there are many; the last thousand stay whatever their age.
  for (let i = 0; i < 2500; i += 1) {
    now += 100;
    store.put('/configmaps', object('z', String(i)));
  }
  expect(collection.eventsAfter(first)).toBeUndefined();
  expect(collection.eventsAfter(store.revision - 1000)).toHaveLength(1000);
});

test('what is stored cannot be changed', () => {
  const store = new Store(() => new Date(0));
  const stored = store.put('/configmaps', object('x'));
  expect(() => Object.assign(stored.metadata, { name: 'y' })).toThrow(TypeError);
});

import { expect, test } from 'vitest';
import { formatInventoryId, hasSameEntries, parseInventoryId, staleEntries, unionEntries } from './inventory.ts';

const rbac = 'rbac.authorization.k8s.io';

// kustomization 23-134
test.each([
  [{ namespace: 'default', name: 'web', group: 'apps', kind: 'Deployment' }, 'default_web_apps_Deployment'],
  [{ namespace: 'default', name: 'web', group: '', kind: 'Service' }, 'default_web__Service'],
  [{ namespace: '', name: 'apps', group: '', kind: 'Namespace' }, '_apps__Namespace'],
  [{ namespace: '', name: 'system:viewer', group: rbac, kind: 'ClusterRole' }, `_system__viewer_${rbac}_ClusterRole`],
  [{ namespace: 'a', name: 'x:y:z', group: rbac, kind: 'RoleBinding' }, `a_x__y__z_${rbac}_RoleBinding`],
  [
    { namespace: '', name: 'foos.example.com', group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
    '_foos.example.com_apiextensions.k8s.io_CustomResourceDefinition',
  ],
])('%o is %s and back', (id, text) => {
  expect(formatInventoryId(id)).toBe(text);
  expect(parseInventoryId(text)).toEqual(id);
});

test.each(['', 'a', 'a_b', 'a_b_c'])('refuses the id %o', (id) => {
  expect(() => parseInventoryId(id)).toThrow(`unable to parse stored object metadata: ${id}`);
});

const entries = (...texts: string[]) =>
  texts.map((text) => ({ id: text.split(' ')[0] ?? '', v: text.split(' ')[1] ?? 'v1' }));

// kustomization 23-146
test('another version is the same object', () => {
  expect(staleEntries(entries('a_x_apps_Deployment v1beta1'), entries('a_x_apps_Deployment v1'))).toEqual([]);
});

test('another group is another object', () => {
  const old = entries('a_x_extensions_Ingress');
  expect(staleEntries(old, entries('a_x_networking.k8s.io_Ingress'))).toEqual(old);
});

test('the union keeps the order of the new entries and adds the old', () => {
  const union = unionEntries(
    entries('n_a__ConfigMap', 'n_b__ConfigMap v0'),
    entries('n_c__ConfigMap', 'n_b__ConfigMap'),
  );
  expect(union).toEqual(entries('n_c__ConfigMap', 'n_b__ConfigMap', 'n_a__ConfigMap'));
});

test('order makes no difference', () => {
  expect(hasSameEntries(entries('n_a__X', 'n_b__X'), entries('n_b__X', 'n_a__X'))).toBe(true);
  expect(hasSameEntries(entries('n_a__X', 'n_b__X'), entries('n_b__X'))).toBe(false);
});

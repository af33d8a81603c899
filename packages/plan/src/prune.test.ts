import { expect, test } from 'vitest';
import { isPrunable, orderPrune } from './prune.ts';
import { ownerLabels } from './policy.ts';

// kustomization 23-136
test('deletes in the reverse order of applying', () => {
  const stale = [
    '_n__Namespace',
    'n_a__ConfigMap',
    'n_w_apps_Deployment',
    '_x_apiextensions.k8s.io_CustomResourceDefinition',
  ];
  const entries = [...stale, '_h_admissionregistration.k8s.io_ValidatingWebhookConfiguration'].map((id) => ({
    id,
    v: 'v1',
  }));
  expect(orderPrune(entries).map(({ id }) => id.kind)).toEqual([
    'ValidatingWebhookConfiguration',
    'Deployment',
    'ConfigMap',
    'Namespace',
    'CustomResourceDefinition',
  ]);
});

test.each([
  [{}, true],
  [{ annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } }, false], // kustomization 23-137
  [{ annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } }, false], // kustomization 23-114
])('with %o: deleted is %o', (marks, want) => {
  const owner = { name: 'apps', namespace: 'flux' };
  expect(isPrunable({ name: 'x', labels: ownerLabels(owner), ...marks }, owner)).toBe(want);
});

// kustomization 23-138
test('does not delete what belongs to another', () => {
  const labels = ownerLabels({ name: 'apps', namespace: 'flux' });
  expect(isPrunable({ name: 'x', labels }, { name: 'apps', namespace: 'other' })).toBe(false);
});

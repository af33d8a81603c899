import type { KubeObject, ManagedFieldsEntry } from '@sluice/api';
import { expect, test } from 'vitest';
import { yieldFields } from './ignored-fields.ts';

const deployment = (replicas: number | undefined, cpu: string, managedFields?: ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', annotations: { 'example.com/x': cpu }, ...(managedFields && { managedFields }) },
  spec: {
    ...(replicas !== undefined && { replicas }),
    paused: false,
    template: { spec: { containers: [{ name: 'web', resources: { cpu } }] } },
  },
});
const applier = (fieldsV1: object, operation: 'Apply' | 'Update' = 'Apply'): ManagedFieldsEntry => ({
  manager: 'autoscaler',
  operation,
  apiVersion: 'apps/v1',
  fieldsV1: fieldsV1 as Record<string, unknown>,
});
const replicasOf = (object: KubeObject) => (object['spec'] as { replicas?: number }).replicas;
const manifest = deployment(1, '1');

// kustomization 23-127
test.each([
  ['another applier owns it: given up', [applier({ 'f:spec': { 'f:replicas': {} } })], undefined],
  ['an updater owns it: its value is taken', [applier({ 'f:spec': { 'f:replicas': {} } }, 'Update')], 5],
  ['nobody owns it: its value is taken', [], 5],
])('%s', (_, managedFields, want) => {
  const live = deployment(5, '1', managedFields);
  expect(replicasOf(yieldFields(manifest, { live, dryRun: manifest, pointers: ['/spec/replicas'] }))).toBe(want);
});

// kustomization 23-130
test('a field that does not differ stays', () => {
  const live = deployment(1, '9');
  expect(yieldFields(manifest, { live, dryRun: manifest, pointers: ['/spec/replicas', '/spec/paused'] })).toEqual(
    manifest,
  );
});

// kustomization 23-129
test('pointers to nothing have no effect', () => {
  const pointers = ['/nothing', '/spec/template/spec/containers/7/image', 'bad'];
  expect(yieldFields(manifest, { live: deployment(5, '9'), dryRun: manifest, pointers })).toEqual(manifest);
});

// kustomization 23-131
test('honours escaped keys and items of lists', () => {
  const owned = {
    'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:resources': {} } } } } },
  };
  const live = deployment(1, '9', [applier(owned)]);
  const pointers = ['/spec/template/spec/containers/0/resources', '/metadata/annotations/example.com~1x'];
  const payload = yieldFields(manifest, { live, dryRun: manifest, pointers });
  expect(payload['spec']).toEqual({
    replicas: 1,
    paused: false,
    template: { spec: { containers: [{ name: 'web' }] } },
  });
  expect(payload.metadata.annotations).toEqual({ 'example.com/x': '9' });
});

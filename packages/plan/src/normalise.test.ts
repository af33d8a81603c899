import type { KubeObject } from '@sluice/api';
import { expect, test } from 'vitest';
import { normalise } from './normalise.ts';

const owner = { name: 'apps', namespace: 'flux' };
const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux' };
const object = (fields: Record<string, unknown>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'n' },
  ...fields,
});
const metadata = { name: 'x', namespace: 'n', labels };

test('adds the owner and leaves the rest alone', () => {
  expect(normalise(object({ data: { a: '1' } }), { owner })).toEqual(object({ metadata, data: { a: '1' } }));
});

test('drops an empty creationTimestamp and the status', () => {
  const generated = object({ metadata: { name: 'x', namespace: 'n', creationTimestamp: null }, status: { a: 1 } });
  expect(normalise(generated, { owner })).toEqual(object({ metadata }));
});

// kustomization 23-62
test('common metadata overrides equal keys, those of the owner included', () => {
  const own = object({ metadata: { name: 'x', labels: { team: 'a', keep: 'y' }, annotations: { note: 'old' } } });
  const commonMetadata = {
    labels: { team: 'b', 'kustomize.toolkit.fluxcd.io/name': 'other' },
    annotations: { note: 'new' },
  };
  expect(normalise(own, { owner, commonMetadata }).metadata).toEqual({
    name: 'x',
    labels: { ...labels, team: 'b', keep: 'y', 'kustomize.toolkit.fluxcd.io/name': 'other' },
    annotations: { note: 'new' },
  });
});

// kustomization 23-121
test('turns stringData of a Secret into data', () => {
  const secret = object({ kind: 'Secret', data: { a: 'b2xk', b: 'b2xk' }, stringData: { a: 'né\n' } });
  expect(normalise(secret, { owner })).toEqual(
    object({ kind: 'Secret', metadata, data: { a: 'bsOpCg==', b: 'b2xk' } }),
  );
});

test('leaves a Secret with values of other types for the server to refuse', () => {
  const secret = object({ kind: 'Secret', stringData: { a: 5 } });
  expect(normalise(secret, { owner })['stringData']).toEqual({ a: 5 });
});

// kustomization 23-121
test.each([
  ['v1', 'Service', { spec: { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] } }],
  ['v1', 'Pod', { spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }] }] } }],
  ['apps/v1', 'Deployment', { spec: { template: { spec: { containers: [{ ports: [{ containerPort: 80 }] }] } } } }],
  [
    'batch/v1',
    'CronJob',
    { spec: { jobTemplate: { spec: { template: { spec: { containers: [{ ports: [{ containerPort: 80 }] }] } } } } } },
  ],
])('fills in the protocol of ports: %s %s', (apiVersion, kind, fields) => {
  const text = JSON.stringify(normalise(object({ apiVersion, kind, ...fields }), { owner })['spec']);
  expect(text).toBe(
    JSON.stringify(fields.spec)
      .replace('"port":80}', '"port":80,"protocol":"TCP"}')
      .replace('"containerPort":80}', '"containerPort":80,"protocol":"TCP"}'),
  );
});

test('does not touch ports of other kinds', () => {
  const widget = object({ apiVersion: 'example.org/v1', kind: 'Service', spec: { ports: [{ port: 80 }] } });
  expect(normalise(widget, { owner })['spec']).toEqual({ ports: [{ port: 80 }] });
});

// kustomization 23-123
test.each([
  ['Cg==', undefined],
  ['no base64!', undefined],
  [btoa('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'), 'kept'],
])('a caBundle of %s is %s', (caBundle, want) => {
  const crd = object({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: { conversion: { strategy: 'Webhook', webhook: { clientConfig: { caBundle, service: { name: 's' } } } } },
  });
  const clientConfig = want === undefined ? { service: { name: 's' } } : { caBundle, service: { name: 's' } };
  expect(normalise(crd, { owner })['spec']).toEqual({ conversion: { strategy: 'Webhook', webhook: { clientConfig } } });
});

test('keeps the status of a definition', () => {
  const crd = object({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', status: { a: 1 } });
  expect(normalise(crd, { owner })['status']).toEqual({ a: 1 });
});

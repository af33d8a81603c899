import { expect, test } from 'vitest';
import { builtin } from './test/tracked-object.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
const manifest = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  data,
});

/** As `kubectl apply` leaves an object. */
function appliedByKubectl(data: Record<string, string>, live = data) {
  const record = `${JSON.stringify(manifest(data))}\n`;
  return builtin('v1', 'ConfigMap').update('kubectl-client-side-apply', {
    metadata: { name: 'a', annotations: { [annotation]: record } },
    data: live,
  });
}

// kube-api F-206
test('kubectl takes over what it applied on the client', () => {
  const object = appliedByKubectl({ k: '1' }).apply('kubectl', manifest({ k: '2' }));
  expect(object.live?.data).toEqual({ k: '2' });
  expect(object.owners.kubectl).toEqual({ 'f:data': { 'f:k': {} } });
  expect(object.live?.metadata).toMatchObject({
    annotations: { [annotation]: '{"apiVersion":"v1","data":{"k":"2"},"kind":"ConfigMap","metadata":{"name":"a"}}\n' },
  });
});

// kube-api F-206
test('but not what changed since', () => {
  const object = appliedByKubectl({ k: '1', l: '1' }, { k: '1', l: 'edited' });
  expect(() => object.apply('kubectl', manifest({ k: '2', l: '2' }))).toThrow(
    'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.l',
  );
});

// kube-api F-207
test('another manager conflicts', () => {
  expect(() => appliedByKubectl({ k: '1' }).apply('alpha', manifest({ k: '2' }))).toThrow(
    'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.k',
  );
});

test('the record goes when it would not fit', () => {
  const object = appliedByKubectl({ k: '1' });
  object.apply('kubectl', manifest({ k: 'x'.repeat(262_144) }), { force: true });
  expect(object.live?.metadata).toMatchObject({ annotations: {} });
});

import { expect, test } from 'vitest';
import { formatDryRunRefusal, isImmutableRefusal } from './refusal.ts';

const id = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };

test.each([
  // kustomization 23-104
  [
    { code: 404, reason: 'NotFound', message: 'namespaces "x" not found' },
    'Deployment/shop/web not found: namespaces "x" not found',
  ],
  [{ code: 422, reason: 'Invalid', message: 'bad' }, 'Deployment/shop/web dry-run failed (Invalid): bad'],
  [{ code: 403, reason: 'Forbidden', message: 'no' }, 'Deployment/shop/web dry-run failed (Forbidden): no'],
  [
    { code: 500, reason: '', message: 'failed to create typed patch object' },
    'Deployment/shop/web dry-run failed: failed to create typed patch object',
  ],
  [
    { code: 409, reason: 'Conflict', message: 'c', causes: [{ reason: 'FieldManagerConflict' }] },
    'Deployment/shop/web dry-run failed (FieldManagerConflict): c',
  ],
])('%o', (refusal, want) => {
  expect(formatDryRunRefusal(id, refusal)).toBe(want);
});

test('says that the namespace is missing', () => {
  const refusal = { code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' };
  expect(formatDryRunRefusal({ ...id, namespace: '' }, refusal)).toBe(
    'Deployment/web namespace not specified: the server could not find the requested resource',
  );
});

// kustomization 23-115, 23-117
test.each([
  [422, 'Secret "s" is invalid: data: Forbidden: field is immutable when `immutable` is set', [], true],
  [422, 'x', [{ message: 'Invalid value: "b": field is immutable' }], true],
  [422, 'x', [{ message: 'field is immutable' }, { message: 'Required value' }], false],
  [422, 'x', [{ message: 'Required value' }], false],
  [
    422,
    'x',
    [{ message: "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'" }],
    true,
  ],
  [422, 'x', [{ message: 'Invalid value: "": may not change once set' }], true],
  [403, 'admission webhook "w" denied the request: this is immutable', [], false],
  [500, 'field is immutable', [], false],
])('%i %s %o is immutable: %o', (code, message, causes, want) => {
  expect(isImmutableRefusal({ code, reason: '', message, causes })).toBe(want);
});

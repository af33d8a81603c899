import { expect, test } from 'vitest';
import { isForced, isKept, isLeftAlone, isLiteral, isMerged, isOnlyCreated, isOwnedBy, policiesOf } from './policy.ts';

const domain = 'kustomize.toolkit.fluxcd.io';
const label = (key: string, value: string) => ({ labels: { [`${domain}/${key}`]: value } });
const annotation = (key: string, value: string) => ({ annotations: { [`${domain}/${key}`]: value } });

test.each([
  // kustomization 23-113, 23-114
  [isLeftAlone, annotation('reconcile', 'disabled'), true],
  [isLeftAlone, annotation('reconcile', 'Disabled'), true],
  [isLeftAlone, annotation('reconcile', 'enabled'), false],
  [isLeftAlone, label('ssa', 'Ignore'), true],
  [isLeftAlone, annotation('ssa', 'Merge'), false],
  // kustomization 23-137
  [isKept, label('prune', 'disabled'), true],
  [isKept, annotation('ssa', 'ignore'), true],
  [isKept, {}, false],
  // kustomization 23-109
  [isMerged, annotation('ssa', 'Merge'), true],
  // kustomization 23-115
  [isForced, annotation('force', 'Enabled'), true],
  // kustomization 23-74
  [isLiteral, annotation('substitute', 'disabled'), true],
  [isLiteral, label('substitute', 'disabled'), true],
  [isLiteral, annotation('substitute', 'Disabled'), false],
])('%o of %o is %o', (isPolicy, metadata, want) => {
  expect(isPolicy(metadata)).toBe(want);
});

// kustomization 23-112
test('IfNotPresent is read from the manifest', () => {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', ...annotation('ssa', 'IfNotPresent') },
  };
  expect(isOnlyCreated(manifest)).toBe(true);
});

// kustomization 23-138
test('belongs to the Kustomization that both labels name', () => {
  const labels = { [`${domain}/name`]: 'apps', [`${domain}/namespace`]: 'flux' };
  expect(isOwnedBy({ labels }, { name: 'apps', namespace: 'flux' })).toBe(true);
  expect(isOwnedBy({ labels }, { name: 'apps', namespace: 'other' })).toBe(false);
  expect(isOwnedBy({}, { name: 'apps', namespace: 'flux' })).toBe(false);
});

test('sees a policy change', () => {
  expect(policiesOf(annotation('prune', 'disabled'))).not.toBe(policiesOf({}));
  expect(policiesOf(annotation('ssa', 'merge'))).toBe(policiesOf(annotation('ssa', 'Merge')));
});

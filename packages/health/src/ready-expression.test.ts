import type { KubeObject } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { compileReadyExpression } from './ready-expression.ts';

function kustomization(name: string, spec: object, status: object = {}): KubeObject {
  const apiVersion = 'kustomize.toolkit.fluxcd.io/v1';
  return {
    apiVersion,
    kind: 'Kustomization',
    metadata: { name, generation: 2, labels: {} },
    spec,
    status,
  } as KubeObject;
}

const self = kustomization('front', { interval: '5m', prune: false });
const dep = kustomization(
  'back',
  { interval: '90s', timeout: '3600s', prune: false, wait: false, suspend: false, path: '' },
  { conditions: [{ type: 'Ready', status: 'False' }] },
);

// kustomization 40, 41
test.each([
  ["dep.status.conditions.exists(c, c.type == 'Ready' && c.status == 'False')", true],
  ["dep.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", false],
  ['self.metadata.name != dep.metadata.name', true],
])('%s is %s', (text, want) => {
  expect(compileReadyExpression(text)(self, dep)).toBe(want);
});

// kustomization 42
test.each([
  ['dep.', "no viable alternative at input '.'"],
  ['dep.status.ready', 'CEL expression output type mismatch: expected bool, got dyn'],
  ['1', 'CEL expression output type mismatch: expected bool, got int'],
  ['other.status == 1', "undeclared reference to 'other' (in container '')"],
])('%s is refused: %s', (text, why) => {
  expect(() => compileReadyExpression(text)).toThrow(why);
});

// kustomization 43
test('a missing key is an error of the run', () => {
  const ready = compileReadyExpression("dep.metadata.labels['zone'] == 'a'");
  expect(() => ready(self, dep)).toThrow(
    "failed to evaluate the CEL expression 'dep.metadata.labels['zone'] == 'a'': no such key",
  );
});

describe('the objects have passed through their type', () => {
  test.each([
    ["dep.spec.interval == '1m30s' && dep.spec.timeout == '1h0m0s'"],
    ['!has(dep.spec.wait) && !has(dep.spec.suspend) && !has(dep.spec.path)'],
    ['has(dep.spec.prune) && !bool(dep.spec.prune)'],
    ['!has(self.status.conditions)'],
  ])('%s', (text) => {
    expect(compileReadyExpression(text)(self, dep)).toBe(true);
  });
});

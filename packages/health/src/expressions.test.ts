import type { KubeObject } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { assessHealth } from './assess.ts';
import { compileHealthExpressions, HealthExpressionError, type HealthExpressions } from './expressions.ts';

const now = new Date('2026-03-01T12:00:00Z');
const apiVersion = 'example.org/v1';

function object(kind: string, status: object, generation = 1): KubeObject {
  return { apiVersion, kind, metadata: { name: 'app', generation }, status } as KubeObject;
}

function statusOf(entries: readonly HealthExpressions[], of: KubeObject): string {
  return assessHealth(of, { now, custom: compileHealthExpressions(entries) }).status;
}

// kustomization 171
test('an entry for the kind beats one for its group, whatever the version', () => {
  const entries = [
    { apiVersion, current: 'false', failed: 'true' },
    { apiVersion: 'example.org/v9', kind: 'Widget', current: 'true' },
  ];
  expect(statusOf(entries, object('Widget', {}))).toBe('Current');
  expect(statusOf(entries, object('Gadget', {}))).toBe('Failed');
  const elsewhere = { ...object('Widget', {}), apiVersion: 'example.com/v1' };
  expect(assessHealth(elsewhere, { now, custom: compileHealthExpressions(entries) }).message).toBe(
    'Resource is current',
  );
});

// kustomization 172
describe('the order of the expressions', () => {
  const phase = (name: string) => `status.phase == '${name}'`;
  const entries = [{ apiVersion, current: phase('Up'), failed: phase('Broken'), inProgress: phase('Starting') }];

  test.each([
    ['Up', 'Current'],
    ['Broken', 'Failed'],
    ['Starting', 'InProgress'],
    ['Other', 'InProgress'],
  ])('of phase %s gives %s', (name, want) => {
    expect(statusOf(entries, object('Widget', { phase: name }))).toBe(want);
  });

  test('in progress comes first, then failed', () => {
    const all = { apiVersion, current: 'true', failed: 'true' };
    expect(statusOf([all], object('Widget', {}))).toBe('Failed');
    expect(statusOf([{ ...all, inProgress: 'true' }], object('Widget', {}))).toBe('InProgress');
  });

  test.each([
    [1, 'InProgress'],
    [2, 'Current'],
    ['1', 'Current'], // of another type: it does not count
  ])('a status for generation %j of 2 gives %s', (observedGeneration, want) => {
    expect(statusOf(entries, object('Widget', { phase: 'Up', observedGeneration }, 2))).toBe(want);
  });
});

// kustomization 173
describe('an expression that fails', () => {
  test('makes the object Unknown and says why', () => {
    const custom = compileHealthExpressions([{ apiVersion, current: "data.ok == 'yes'" }]);
    const message = "failed to evaluate the CEL expression 'data.ok == 'yes'': no such attribute(s): data.ok";
    expect(assessHealth(object('Widget', {}), { now, custom })).toEqual({ status: 'Unknown', message });
  });

  test.each([
    [
      [
        { apiVersion, current: 'true' },
        { apiVersion: 'v1', current: 'a b' },
      ],
      "failed to create custom status evaluator for healthchecks[1]: failed to parse the expression Current: failed to parse the CEL expression 'a b': ERROR: <input>:1:3: Syntax error: extraneous input 'b' expecting <EOF>\n | a b\n | ..^",
    ],
    [
      [{ apiVersion, current: '' }],
      'failed to create custom status evaluator for healthchecks[0]: expression Current not specified',
    ],
    [
      [
        { apiVersion, kind: 'Widget', current: 'true' },
        { apiVersion: 'example.org/v2', kind: 'Widget', current: 'true' },
      ],
      'duplicate custom health check for GroupKind Widget.example.org at healthchecks[1]',
    ],
  ])('%j is refused', (entries, message) => {
    expect(() => compileHealthExpressions(entries)).toThrow(new HealthExpressionError(message));
  });
});

test('a Job keeps its own rule', () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { suspend: true } } as KubeObject;
  expect(statusOf([{ apiVersion: 'batch/v1', current: 'false' }], job)).toBe('Current');
});

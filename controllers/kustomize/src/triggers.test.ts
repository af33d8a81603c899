import type { KubeObject, Kustomization } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { kustomization } from './test/objects.ts';
import { dependencyTrigger, sortByDependencies, sourceTrigger } from './triggers.ts';

const dependsOn = (...names: string[]) => ({ dependsOn: names.map((name) => ({ name })) });

describe('order', () => {
  // kustomization 23-18
  test('dependencies come first', () => {
    const all = [kustomization('a', dependsOn('b')), kustomization('b', dependsOn('c')), kustomization('c')];
    expect(sortByDependencies(all, all).map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  test('dependencies outside the set are added', () => {
    const all = [kustomization('a', dependsOn('b')), kustomization('b')];
    expect(sortByDependencies([all[0]!], all).map(({ name }) => name)).toEqual(['b', 'a']);
  });

  // kustomization 23-19
  test('a cycle holds up nobody else', () => {
    const all = [kustomization('a', dependsOn('b')), kustomization('b', dependsOn('a')), kustomization('free')];
    expect(sortByDependencies(all, all).map(({ name }) => name)).toEqual(['free', 'b', 'a']);
  });
});

const source = (revision?: string, url = 'http://here/a.tar.gz'): KubeObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'fleet', namespace: 'flux' },
  ...(revision !== undefined && { status: { artifact: { revision, url } } }),
});

describe('a source', () => {
  const changed: typeof sourceTrigger.changed = (old, next) => sourceTrigger.changed(old, next);
  const map: typeof sourceTrigger.map = (object, own, old) => sourceTrigger.map(object, own, old);

  // kustomization 23-16
  test.each([
    ['appears', undefined, source(), true],
    ['goes', source('r1'), undefined, true],
    ['gets its first artifact', source(), source('r1'), true],
    ['gets another revision', source('r1'), source('r2'), true],
    ['changes its status', source('r1'), source('r1'), false],
    ['serves its artifact elsewhere', source('r1'), source('r1', 'http://there/a.tar.gz'), true],
    ['loses its artifact', source('r1'), source(), false],
  ])('that %s', (_, old, next, want) => {
    expect(changed(old, next)).toBe(want);
  });

  const attempted = (name: string, revision: string, conditions: { type: string; status: string; reason: string }[]) =>
    ({ ...kustomization(name), status: { lastAttemptedRevision: revision, conditions } }) as unknown as Kustomization;
  const is = (type: string, status: string, reason = 'x') => ({ type, status, reason });

  // kustomization 23-17
  test('runs those that have not seen this revision, or failed on it', () => {
    const own = [
      kustomization('new'),
      attempted('ready', 'r2', [is('Ready', 'True')]),
      attempted('running', 'r2', [is('Ready', 'Unknown'), is('Reconciling', 'True', 'Progressing')]),
      attempted('failed', 'r2', [is('Ready', 'False'), is('Reconciling', 'True', 'ProgressingWithRetry')]),
      attempted('old', 'r1', [is('Ready', 'True')]),
      kustomization('elsewhere', { sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'other' } }),
      kustomization('bucket', { sourceRef: { kind: 'Bucket', name: 'fleet' } }),
    ];
    expect(map(source('r2'), own).map(({ name }) => name)).toEqual(['new', 'failed', 'old']);
  });

  test('at another address runs all of its own: one that is ready may be trying the old address just now', () => {
    const own = [
      attempted('ready', 'r1', [is('Ready', 'True')]),
      attempted('failed', 'r1', [is('Ready', 'False', 'ArtifactFailed')]),
      kustomization('bucket', { sourceRef: { kind: 'Bucket', name: 'fleet' } }),
    ];
    const moved = source('r1', 'http://there/a.tar.gz');
    expect(map(moved, own, source('r1')).map(({ name }) => name)).toEqual(['ready', 'failed']);
    expect(map(moved, own, moved).map(({ name }) => name)).toEqual(['failed']);
  });
});

describe('a dependency', () => {
  const changed: typeof dependencyTrigger.changed = (old, next) => dependencyTrigger.changed(old, next);
  const map: typeof dependencyTrigger.map = (object, own) => dependencyTrigger.map(object, own);
  const status = (ready: string, revision: string, observedGeneration = 1) =>
    ({
      ...kustomization('a'),
      status: { observedGeneration, lastAppliedRevision: revision, conditions: [{ type: 'Ready', status: ready }] },
    }) as unknown as Kustomization;

  test('wakes its dependants when it becomes ready, or moves to another revision', () => {
    expect(changed(status('Unknown', 'r1'), status('True', 'r1'))).toBe(true);
    expect(changed(status('True', 'r1'), status('True', 'r2'))).toBe(true);
    expect(changed(status('True', 'r1', 0), status('True', 'r1'))).toBe(true);
    expect(changed(status('True', 'r1'), status('True', 'r1'))).toBe(false);
    const own = [kustomization('b', dependsOn('a')), kustomization('c'), kustomization('a')];
    expect(map(kustomization('a'), own).map(({ name }) => name)).toEqual(['b']);
  });
});

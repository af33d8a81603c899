import { requestedAtAnnotation, type KubeObject } from '@sluice/api';
import { reflect } from '@sluice/kube';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { condition, gitRepository, kustomization, startCluster, type TestCluster } from '../test/cluster.ts';

let cluster: TestCluster;
let stop: AbortController;
beforeEach(async () => {
  cluster = await startCluster();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await cluster[Symbol.asyncDispose]();
});

const revision = `main@sha1:${'1f0c9b2a'.padEnd(40, '0')}`;

// cli 25-19
test('with its source: the eight lines, in order', async () => {
  await answerRequests('GitRepository', 'source.toolkit.fluxcd.io');
  await answerRequests('Kustomization', 'kustomize.toolkit.fluxcd.io');
  await cluster.put(gitRepository('app'));
  await cluster.put(kustomization('app', 'True'));
  const { code, out, err } = await cluster.sluice('reconcile', 'ks', 'app', '--with-source', '-n', 'apps');
  expect(err).toBe(
    [
      '► annotating GitRepository app in apps namespace',
      '✔ GitRepository annotated',
      '◎ waiting for GitRepository reconciliation',
      `✔ fetched revision ${revision}`,
      '► annotating Kustomization app in apps namespace',
      '✔ Kustomization annotated',
      '◎ waiting for Kustomization reconciliation',
      `✔ applied revision ${revision}`,
      '',
    ].join('\n'),
  );
  expect([code, out]).toEqual([0, '']);
});

// cli 25-20
test('a suspended object is left alone', async () => {
  const created = await cluster.put(kustomization('app', 'True', { suspend: true }));
  const { code, err } = await cluster.sluice('reconcile', 'ks', 'app', '-n', 'apps');
  expect([code, err]).toEqual([1, '✗ resource is suspended\n']);
  expect((await cluster.get(created))?.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
});

// cli 25-21
test('a missing object', async () => {
  const { code, err } = await cluster.sluice('reconcile', 'ks', 'nope', '-n', 'apps');
  expect([code, err]).toEqual([1, '✗ kustomizations.kustomize.toolkit.fluxcd.io "nope" not found\n']);
});

// cli 25-22
test('a request that no controller handles ends at --timeout', async () => {
  await cluster.put(kustomization('app', 'True'));
  const { code, err } = await cluster.sluice('reconcile', 'ks', 'app', '-n', 'apps', '--timeout', '500ms');
  expect(code).toBe(1);
  expect(err).toMatch(/✗ context deadline exceeded\n$/);
});

// cli 25-23
test('a stalled object fails at once with its message', async () => {
  const stalled = [
    condition('Stalled', 'True', 'no such thing', 'AccessDenied'),
    condition('Ready', 'False', 'no such thing', 'AccessDenied'),
  ];
  await answerRequests('Kustomization', 'kustomize.toolkit.fluxcd.io', { conditions: stalled });
  await cluster.put(kustomization('app', 'True'));
  const { code, err } = await cluster.sluice('reconcile', 'ks', 'app', '-n', 'apps');
  expect([code, err]).toEqual([1, expect.stringMatching(/✗ Kustomization reconciliation failed: no such thing\n$/)]);
});

test('a failed run that will be tried again ends the wait early, with the reason', async () => {
  const failed = [
    condition('Reconciling', 'True', 'Building manifests', 'ProgressingWithRetry'),
    condition('Ready', 'False', 'kustomize build failed', 'BuildFailed'),
  ];
  await answerRequests('Kustomization', 'kustomize.toolkit.fluxcd.io', { conditions: failed });
  await cluster.put(kustomization('app', 'True'));
  const { code, err } = await cluster.sluice('reconcile', 'ks', 'app', '-n', 'apps');
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/✗ Kustomization reconciliation failed: kustomize build failed\n$/),
  ]);
});

// cli 25-26
test('a source of a kind that cannot be reconciled', async () => {
  await cluster.put(kustomization('app', 'True', { sourceRef: { kind: 'ExternalArtifact', name: 'x' } }));
  const { code, err } = await cluster.sluice('reconcile', 'ks', 'app', '--with-source', '-n', 'apps');
  expect([code, err]).toEqual([1, '✗ cannot reconcile source of kind ExternalArtifact\n']);
});

/** Stands where the controller stands: answers each request by recording it in status, with `status` beside. */
async function answerRequests(
  kind: string,
  group: string,
  status: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { kube } = cluster;
  const resource = await kube.resource({ group, kind });
  if (resource === undefined) throw new Error(`${kind} is not served`);
  const answer = async (object: KubeObject) => {
    const requestedAt = object.metadata.annotations?.[requestedAtAnnotation];
    if (requestedAt === undefined) return;
    const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    await kube.patch(
      resource,
      key,
      { status: { ...status, lastHandledReconcileAt: requestedAt } },
      { type: 'merge', subresource: 'status' },
    );
  };
  const reflector = reflect(kube, resource, {
    signal: stop.signal,
    onChange: (_, next) => void (next && answer(next)),
  });
  await reflector.ready;
}

import { describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type Json, type TestServer } from '../test/client.ts';
import { deployment, deployments } from '../test/objects.ts';
import { simulateAnnotation, type SimulateOptions } from './options.ts';

const pods = '/api/v1/namespaces/default/pods';
const replicaSets = '/apis/apps/v1/namespaces/default/replicasets';
const template = { metadata: { labels: { a: 'x' } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } };
const selector = { matchLabels: { a: 'x' } };

function reasonOf(type: string): (answer: Answer) => string {
  return ({ body }) => body.status.conditions?.find((c: Json) => c.type === type)?.reason ?? '';
}

function knob(value: string): Json {
  return { ...template, metadata: { ...template.metadata, annotations: { [simulateAnnotation]: value } } };
}

async function start(simulate: SimulateOptions = {}): Promise<TestServer> {
  const api = await startTestServer({ simulate });
  await api.until('/api/v1/namespaces/default/serviceaccounts/default', ({ code }) => code === 200);
  return api;
}

describe('deployments', () => {
  // kube-api J-296, J-311
  test('become available', async () => {
    await using api = await start();
    await api.apply(`${deployments}/x?fieldManager=me`, deployment('x', { replicas: 3 }));
    const { body } = await api.until(
      `${deployments}/x`,
      (answer) => reasonOf('Progressing')(answer) === 'NewReplicaSetAvailable',
    );
    expect(body.metadata.generation).toBe(1);
    expect(body.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(body.status.conditions.map((c: Json) => [c.type, c.status])).toEqual([
      ['Available', 'True'],
      ['Progressing', 'True'],
    ]);
    const [set] = (await api.get(replicaSets)).body.items;
    expect(set.metadata.name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{10}$/);
    expect(set.metadata.ownerReferences[0]).toMatchObject({
      kind: 'Deployment',
      controller: true,
      blockOwnerDeletion: true,
    });
    expect((await api.get(pods)).body.items).toHaveLength(3);
    const managers = body.metadata.managedFields.map((entry: Json) => [entry.manager, entry.subresource]);
    expect(managers).toEqual([
      ['me', undefined],
      ['kube-controller-manager', 'status'],
    ]);
    expect((await api.apply(`${deployments}/x?fieldManager=me`, deployment('x', { replicas: 3 }))).code).toBe(200);
  });

  // kube-api J-297, J-298
  test('roll over to another image, and stay with the old one when it is broken', async () => {
    await using api = await start({ deadlineScale: 0.5 });
    await api.post(deployments, deployment('x', { replicas: 2, progressDeadlineSeconds: 1 }));
    const path = `${deployments}/x`;
    const settled = (answer: Answer) =>
      reasonOf('Progressing')(answer) === 'NewReplicaSetAvailable' &&
      answer.body.status.observedGeneration === answer.body.metadata.generation;
    await api.until(path, settled);
    const image = (name: string) =>
      api.merge(path, { spec: { template: { spec: { containers: [{ name: 'a', image: name }] } } } });
    await image('a:2');
    const { body } = await api.until(
      path,
      (answer) => settled(answer) && answer.body.metadata.annotations['deployment.kubernetes.io/revision'] === '2',
    );
    expect(body.metadata.generation).toBe(2);
    expect(
      (await api.get(replicaSets)).body.items
        .map((set: Json) => set.status.replicas)
        .toSorted((a: number, b: number) => a - b),
    ).toEqual([0, 2]);
    await image('a:broken');
    const failed = await api.until(path, (answer) => reasonOf('Progressing')(answer) === 'ProgressDeadlineExceeded');
    expect(failed.body.status.availableReplicas).toBe(2);
    const waiting = (await api.get(pods)).body.items.map(
      (pod: Json) => pod.status.containerStatuses[0].state.waiting?.reason,
    );
    expect(waiting).toContain('ImagePullBackOff');
    await image('a:3');
    await api.until(path, settled);
  });

  // kube-api J-306, J-312
  test('to zero, paused and gone', async () => {
    await using api = await start();
    await api.post(deployments, deployment('x', { replicas: 2 }));
    const path = `${deployments}/x`;
    await api.until(path, ({ body }) => body.status.availableReplicas === 2);
    await api.merge(path, { spec: { replicas: 0 } });
    await api.until(
      path,
      (answer) =>
        answer.body.status.replicas === undefined && reasonOf('Progressing')(answer) === 'NewReplicaSetAvailable',
    );
    await api.merge(path, { spec: { paused: true } });
    await api.until(path, (answer) => reasonOf('Progressing')(answer) === 'DeploymentPaused');
    await api.merge(path, { spec: { paused: false, replicas: 1 } });
    await api.until(path, ({ body }) => body.status.availableReplicas === 1);
    await api.delete(path);
    await api.until(pods, ({ body }) => body.items.length === 0);
    await api.until(replicaSets, ({ body }) => body.items.length === 0);
  });

  // kube-api J-299, J-300, J-307
  test.each([
    ['crashloop', 'Running', 'CrashLoopBackOff'],
    ['notready', 'Running', undefined],
    ['pending', 'Pending', 'ContainerCreating'],
  ])('with the knob %s', async (value, phase, waiting) => {
    await using api = await start();
    await api.post(deployments, deployment('x', { selector, template: knob(value) }));
    const { body } = await api.until(pods, (answer) => answer.body.items[0]?.status.containerStatuses !== undefined);
    const [pod] = body.items;
    expect([pod.status.phase, pod.status.containerStatuses[0].state.waiting?.reason]).toEqual([phase, waiting]);
    const ready = pod.status.conditions.find((c: Json) => c.type === 'Ready');
    expect([ready.status, ready.reason]).toEqual(['False', 'ContainersNotReady']);
    await api.merge(`${pods}/${pod.metadata.name}`, { metadata: { annotations: { [simulateAnnotation]: null } } });
    await api.until(`${pods}/${pod.metadata.name}`, (answer) =>
      answer.body.status.conditions.some((c: Json) => c.type === 'Ready' && c.status === 'True'),
    );
  });

  test('that nobody can schedule, and that are stuck', async () => {
    await using api = await start();
    await api.post(deployments, deployment('x', { selector, template: knob('unschedulable') }));
    const { body } = await api.until(pods, (answer) => answer.body.items[0]?.status.conditions !== undefined);
    expect(body.items[0].status.conditions[0]).toMatchObject({
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
    });
    const stuck = deployment('stuck');
    stuck.metadata.annotations = { [simulateAnnotation]: 'stuck' };
    await api.post(deployments, stuck);
    await api.post(deployments, deployment('other'));
    await api.until(`${deployments}/other`, ({ body: other }) => other.status.availableReplicas === 1);
    expect((await api.get(`${deployments}/stuck`)).body.status).toEqual({});
  });
});

describe('others', () => {
  // kube-api J-301
  test('stateful sets, in order and with their claims', async () => {
    await using api = await start();
    const path = '/apis/apps/v1/namespaces/default/statefulsets';
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    await api.post(path, {
      metadata: { name: 'x' },
      spec: { replicas: 3, selector, template, volumeClaimTemplates: [claim] },
    });
    const { body } = await api.until(`${path}/x`, (answer) => answer.body.status.readyReplicas === 3);
    expect(body.status.currentRevision).toBe(body.status.updateRevision);
    const { items } = (await api.get(pods)).body;
    expect(items.map((pod: Json) => pod.metadata.name)).toEqual(['x-0', 'x-1', 'x-2']);
    const claims = await api.until('/api/v1/namespaces/default/persistentvolumeclaims', (answer) =>
      answer.body.items.every((c: Json) => c.status.phase === 'Bound'),
    );
    expect(claims.body.items.map((c: Json) => c.metadata.name)).toEqual(['data-x-0', 'data-x-1', 'data-x-2']);
    const strategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    await api.merge(`${path}/x`, {
      spec: { updateStrategy: strategy, template: { spec: { containers: [{ name: 'a', image: 'a:2' }] } } },
    });
    await api.until(
      `${path}/x`,
      (answer) =>
        answer.body.status.updatedReplicas === 1 &&
        answer.body.status.readyReplicas === 3 &&
        answer.body.status.observedGeneration === 2,
    );
    const images = (await api.get(pods)).body.items.map((pod: Json) => pod.spec.containers[0].image);
    expect(images).toEqual(['a:1', 'a:1', 'a:2']);
  });

  // kube-api J-302
  test('daemon sets, on every node that fits', async () => {
    await using api = await start({ nodes: 2 });
    const path = '/apis/apps/v1/namespaces/default/daemonsets';
    await api.post(path, { metadata: { name: 'x' }, spec: { selector, template } });
    const { body } = await api.until(`${path}/x`, (answer) => answer.body.status.numberReady === 2);
    expect(body.status).toMatchObject({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberAvailable: 2,
      observedGeneration: 1,
    });
    const nowhere = { ...template, spec: { ...template.spec, nodeSelector: { no: 'where' } } };
    await api.post(path, { metadata: { name: 'y' }, spec: { selector, template: nowhere } });
    const none = await api.until(`${path}/y`, (answer) => answer.body.status.observedGeneration === 1);
    expect(none.body.status.desiredNumberScheduled).toBe(0);
  });

  // kube-api J-303
  test('jobs', async () => {
    await using api = await start();
    const path = '/apis/batch/v1/namespaces/default/jobs';
    const job = (name: string, spec: Json, annotation = '') => {
      const annotations = annotation === '' ? {} : { [simulateAnnotation]: annotation };
      return api.post(path, {
        metadata: { name },
        spec: { template: { metadata: { annotations }, spec: { ...template.spec, restartPolicy: 'Never' } }, ...spec },
      });
    };
    await job('ok', { completions: 2 });
    const ok = await api.until(`${path}/ok`, ({ body }) => body.status.conditions?.length === 2);
    expect(ok.body.status).toMatchObject({ succeeded: 2, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(ok.body.status.conditions.map((c: Json) => [c.type, c.reason])).toEqual([
      ['SuccessCriteriaMet', 'CompletionsReached'],
      ['Complete', 'CompletionsReached'],
    ]);
    expect(ok.body.status.completionTime).toMatch(/Z$/);
    await job('bad', { backoffLimit: 1 }, 'jobfail');
    const bad = await api.until(`${path}/bad`, (answer) => reasonOf('Failed')(answer) !== '');
    expect([reasonOf('Failed')(bad), bad.body.status.failed]).toEqual(['BackoffLimitExceeded', 2]);
    await job('idle', { suspend: true });
    await api.until(`${path}/idle`, (answer) => reasonOf('Suspended')(answer) === 'JobSuspended');
    await api.merge(`${path}/idle`, { spec: { suspend: false } });
    await api.until(`${path}/idle`, (answer) => reasonOf('Complete')(answer) !== '');
    await job('short', { ttlSecondsAfterFinished: 0 });
    await api.until(`${path}/short`, ({ code }) => code === 404);
  });

  // kube-api J-304
  test('claims', async () => {
    await using api = await start();
    const path = '/api/v1/namespaces/default/persistentvolumeclaims';
    const claim = (name: string, storageClassName: string) =>
      api.post(path, {
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
      });
    await api.post('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'late' },
      provisioner: 'x/y',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    await claim('late', 'late');
    await claim('none', '');
    await claim('now', 'standard');
    const bound = await api.until(`${path}/now`, ({ body }) => body.status.phase === 'Bound');
    expect([bound.body.spec.volumeName, bound.body.status.capacity]).toEqual([
      `pvc-${bound.body.metadata.uid}`,
      { storage: '1Gi' },
    ]);
    const phase = async (name: string) => (await api.get(`${path}/${name}`)).body.status.phase;
    expect([await phase('late'), await phase('none')]).toEqual(['Pending', 'Pending']);
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'late' } }];
    await api.post(pods, { metadata: { name: 'p' }, spec: { volumes, containers: [{ name: 'a', image: 'a' }] } });
    await api.until(`${path}/late`, ({ body }) => body.status.phase === 'Bound');
    await api.delete(`${path}/late`);
    expect((await api.get(`${path}/late`)).body.metadata.deletionTimestamp).toMatch(/Z$/); // the pod still uses it
    await api.delete(`${pods}/p`, { gracePeriodSeconds: 0 });
    await api.until(`${path}/late`, ({ code }) => code === 404);
  });

  // kube-api J-305
  test('addresses, autoscalers and budgets', async () => {
    await using api = await start();
    await api.post(deployments, deployment('x', { replicas: 2 }));
    await api.post('/api/v1/namespaces/default/services', {
      metadata: { name: 'x' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    });
    const balanced = await api.until(
      '/api/v1/namespaces/default/services/x',
      ({ body }) => body.status.loadBalancer.ingress !== undefined,
    );
    expect(balanced.body.status.loadBalancer.ingress[0]).toMatchObject({
      ip: expect.stringMatching(/^172\.18\.255\./),
      ipMode: 'VIP',
    });
    expect((await api.delete('/api/v1/namespaces/default/services/x')).code).toBe(200);
    await api.until('/api/v1/namespaces/default/services/x', ({ code }) => code === 404);
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    await api.post(budgets, {
      metadata: { name: 'x' },
      spec: { minAvailable: 1, selector: { matchLabels: { a: 'x' } } },
    });
    const budget = await api.until(`${budgets}/x`, ({ body }) => body.status.currentHealthy === 2);
    expect(budget.body.status).toMatchObject({ desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 });
    const scalers = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
    await api.post(scalers, {
      metadata: { name: 'x' },
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
    });
    const scaler = await api.until(`${scalers}/x`, ({ body }) => body.status.conditions?.length === 3);
    expect(scaler.body.status.currentReplicas).toBe(2);
  });

  // kube-api J-310
  test('nothing happens when it is off', async () => {
    await using api = await start({ mode: 'off' });
    await api.post(deployments, deployment('x'));
    const { revision } = api.server;
    await api.get(`${deployments}/x`);
    expect([
      (await api.get(pods)).body.items,
      (await api.get('/api/v1/nodes')).body.items,
      api.server.revision,
    ]).toEqual([[], [], revision]);
  });
});

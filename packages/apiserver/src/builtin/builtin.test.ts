import { describe, expect, test } from 'vitest';
import { startTestServer, type Json, type TestServer } from '../test/client.ts';
import { causes, configMap, configMaps, deployment, deployments } from '../test/objects.ts';
import { canonicalQuantity } from './quantity.ts';

const off = { simulate: { mode: 'off' } } as const;
const services = '/api/v1/namespaces/default/services';
const secrets = '/api/v1/namespaces/default/secrets';
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } };
const selector = { matchLabels: { a: 'b' } };
const container = {
  name: 'a',
  image: 'a:1',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
};
const podSpec = {
  containers: [container],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};

async function created(api: TestServer, path: string, body: Json): Promise<Json> {
  const answer = await api.post(path, { metadata: { name: 'x' }, ...body });
  if (answer.code !== 201) throw new Error(answer.text);
  const { kind: _k, apiVersion: _a, metadata: _m, ...rest } = answer.body;
  return rest;
}

describe('defaults', () => {
  // kube-api H-251
  test.each([
    {
      path: deployments,
      body: { spec: { selector, template } },
      want: {
        spec: {
          replicas: 1,
          selector,
          template: { ...template, spec: podSpec },
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
        },
        status: {},
      },
    },
    {
      path: '/apis/apps/v1/namespaces/default/statefulsets',
      body: { spec: { selector, template } },
      want: {
        spec: {
          replicas: 1,
          selector,
          template: { ...template, spec: podSpec },
          serviceName: '',
          podManagementPolicy: 'OrderedReady',
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
          revisionHistoryLimit: 10,
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        },
        status: { replicas: 0, availableReplicas: 0 },
      },
    },
    {
      path: '/apis/apps/v1/namespaces/default/daemonsets',
      body: { spec: { selector, template } },
      want: {
        spec: {
          selector,
          template: { ...template, spec: podSpec },
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
          revisionHistoryLimit: 10,
        },
        status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
      },
    },
    {
      path: '/api/v1/namespaces/default/persistentvolumeclaims',
      body: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } } },
      want: {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeMode: 'Filesystem' },
        status: { phase: 'Pending' },
      },
    },
    {
      path: '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
      body: { spec: { egress: [{ ports: [{ port: 53 }] }] } },
      want: {
        spec: {
          podSelector: {},
          egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
          policyTypes: ['Ingress', 'Egress'],
        },
      },
    },
    {
      path: '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
      body: {
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 's' },
        ],
      },
      want: {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' },
          { kind: 'ServiceAccount', name: 's' },
        ],
      },
    },
    {
      path: '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
      body: { spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'x' } } },
      want: {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'x' },
          minReplicas: 1,
          maxReplicas: 3,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
          ],
        },
        status: { desiredReplicas: 0, currentMetrics: null },
      },
    },
  ])('of $path', async ({ path, body, want }) => {
    await using api = await startTestServer(off);
    expect(await created(api, path, body)).toEqual(want);
  });

  test('of Jobs', async () => {
    await using api = await startTestServer(off);
    const path = '/apis/batch/v1/namespaces/default/jobs';
    const spec = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
    const { body } = await api.post(path, { metadata: { name: 'x' }, spec });
    const { uid } = body.metadata;
    expect(body.spec).toMatchObject({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    });
    expect(body.spec.template.metadata.labels).toEqual({
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': 'x',
      'controller-uid': uid,
      'job-name': 'x',
    });
  });

  // kube-api H-252, H-253, H-254
  test('of images, strategies and accounts', async () => {
    await using api = await startTestServer(off);
    const policy = async (image: string) => {
      const body = deployment('x');
      body.spec.template.spec.containers[0].image = image;
      return (await api.post(`${deployments}?dryRun=All`, body)).body.spec.template.spec.containers[0].imagePullPolicy;
    };
    expect([
      await policy('a'),
      await policy('a:latest'),
      await policy('h:5000/a:v1'),
      await policy('a@sha256:0'),
    ]).toEqual(['Always', 'Always', 'IfNotPresent', 'IfNotPresent']);
    const set = await created(api, '/apis/apps/v1/namespaces/default/statefulsets', {
      spec: { selector, template, updateStrategy: { type: 'RollingUpdate' } },
    });
    expect(set.spec.updateStrategy).toEqual({ type: 'RollingUpdate' });
    const body = deployment('x');
    body.spec.template.spec.serviceAccount = 'old';
    expect((await api.post(deployments, body)).body.spec.template.spec.serviceAccountName).toBe('old');
  });

  test.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1e3', '1e3'],
    ['1000k', '1M'],
    ['0', '0'],
    ['100', '100'],
    ['1000Ki', '1000Ki'],
  ])('the quantity %s is %s', (text, want) => {
    expect(canonicalQuantity(text)).toBe(want);
  });
});

describe('services', () => {
  // kube-api H-255, H-256, B-362
  test('get addresses and ports', async () => {
    await using api = await startTestServer(off);
    const create = (name: string, spec: Json, query = '') =>
      api.post(`${services}${query}`, { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });
    const { body: plain } = await create('a', {});
    expect(plain.spec).toMatchObject({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    });
    expect(plain.spec.clusterIP).toMatch(/^10\.96\./);
    expect(plain.spec.clusterIPs).toEqual([plain.spec.clusterIP]);
    const taken = await create('b', { clusterIP: plain.spec.clusterIP });
    expect(taken.body.message).toContain('provided IP is already allocated');
    expect((await create('b', { clusterIP: '1.2.3.4' })).body.message).toContain('is not in the valid range');
    const { body: headless } = await create('h', { clusterIP: 'None' });
    expect([headless.spec.ipFamilyPolicy, headless.spec.ipFamilies]).toEqual(['RequireDualStack', ['IPv4', 'IPv6']]);
    const { body: external } = await create('e', { type: 'ExternalName', externalName: 'x.y' });
    expect([external.spec.clusterIP, external.spec.ipFamilies]).toEqual([undefined, undefined]);
    const { body: node } = await create('n', { type: 'NodePort' });
    const { nodePort } = node.spec.ports[0];
    expect(nodePort).toBeGreaterThanOrEqual(30000);
    const again = { type: 'NodePort', ports: [{ port: 80, nodePort }] };
    expect((await create('m', again)).body.message).toContain('provided port is already allocated');
    expect((await create('m', again, '?dryRun=All')).code).toBe(201);
    expect(causes((await create('m', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })).body)).toEqual([
      'FieldValueInvalid spec.ports[0].nodePort',
    ]);
    const kept = await api.put(`${services}/n`, {
      metadata: { name: 'n' },
      spec: { type: 'NodePort', ports: [{ port: 80 }] },
    });
    expect([kept.body.spec.clusterIP, kept.body.spec.ports[0].nodePort]).toEqual([node.spec.clusterIP, nodePort]);
    const changed = await api.merge(`${services}/a`, { spec: { clusterIP: '10.96.5.5', clusterIPs: ['10.96.5.5'] } });
    expect(changed.body.message).toContain('spec.clusterIPs[0]: Invalid value: ["10.96.5.5"]: may not change once set');
    const noLonger = await api.put(`${services}/n`, {
      metadata: { name: 'n' },
      spec: { type: 'ExternalName', externalName: 'x.y' },
    });
    expect([noLonger.body.spec.clusterIP, noLonger.body.spec.ports]).toEqual([undefined, undefined]);
    const ports = { ports: [{ port: 80 }, { port: 80, targetPort: 'Bad_Name' }] };
    expect(causes((await create('p', ports)).body)).toEqual([
      'FieldValueDuplicate spec.ports[1]',
      'FieldValueInvalid spec.ports[1].targetPort',
      'FieldValueRequired spec.ports[0].name',
      'FieldValueRequired spec.ports[1].name',
    ]);
    expect(causes((await create('q', { ports: [] })).body)).toEqual(['FieldValueRequired spec.ports']);
  });
});

describe('secrets and config maps', () => {
  // kube-api H-257, H-258
  test('secrets', async () => {
    await using api = await startTestServer();
    const { body } = await api.post(secrets, { metadata: { name: 'a' }, data: { k: 'YQ==' }, stringData: { k: 'b' } });
    expect([body.data, body.stringData, body.type]).toEqual([{ k: 'Yg==' }, undefined, 'Opaque']);
    expect(body.metadata.managedFields[0].fieldsV1).toEqual({ 'f:data': { '.': {}, 'f:k': {} }, 'f:type': {} });
    expect((await api.post(secrets, { metadata: { name: 'b' }, data: { k: '!!' } })).body.message).toContain(
      'illegal base64 data at input byte 0',
    );
    const typed = async (type: string, data: Json = {}) =>
      causes((await api.post(secrets, { metadata: { name: 't' }, type, data })).body);
    expect(await typed('kubernetes.io/dockerconfigjson')).toEqual(['FieldValueRequired data[.dockerconfigjson]']);
    expect(await typed('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': 'eA==' })).toEqual([
      'FieldValueInvalid data[.dockerconfigjson]',
    ]);
    expect(await typed('kubernetes.io/tls')).toEqual([
      'FieldValueRequired data[tls.crt]',
      'FieldValueRequired data[tls.key]',
    ]);
    expect(await typed('kubernetes.io/ssh-auth')).toEqual(['FieldValueRequired data[ssh-privatekey]']);
    expect(await typed('kubernetes.io/tls', { 'tls.crt': '', 'tls.key': '' })).toEqual([]);
    expect(causes((await api.put(`${secrets}/t`, { metadata: { name: 't' } })).body)).toContain(
      'FieldValueInvalid type',
    );
  });

  // kube-api H-259, H-260
  test('immutable ones, keys and sizes', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, { ...configMap('a', { k: 'v' }), immutable: true });
    expect(causes((await api.merge(`${configMaps}/a`, { data: { k: 'w' } })).body)).toEqual([
      'FieldValueForbidden data',
    ]);
    expect(causes((await api.merge(`${configMaps}/a`, { immutable: null })).body)).toEqual([
      'FieldValueForbidden immutable',
    ]);
    expect((await api.merge(`${configMaps}/a`, { metadata: { labels: { x: 'y' } } })).code).toBe(200);
    expect((await api.delete(`${configMaps}/a`)).code).toBe(200);
    const bad = async (parts: Json) => causes((await api.post(configMaps, { metadata: { name: 'b' }, ...parts })).body);
    expect(await bad({ data: { k: 'v' }, binaryData: { k: 'YQ==' } })).toEqual(['FieldValueInvalid data[k]']);
    expect(await bad({ data: { 'a/b': 'v' } })).toEqual(['FieldValueInvalid data[a/b]']);
    expect(await bad({ data: { k: 'x'.repeat(1_048_577) } })).toEqual(['FieldValueTooLong []']);
  });
});

describe('validation', () => {
  // kube-api H-261, H-262, H-263
  test('of workloads', async () => {
    await using api = await startTestServer(off);
    await api.post(deployments, deployment('a'));
    const change = async (path: string, spec: Json) => (await api.merge(path, { spec })).body;
    const immutable = await change(`${deployments}/a`, {
      selector: { matchLabels: { a: 'x' } },
      template: { metadata: { labels: { a: 'x' } } },
    });
    expect(immutable.message).toContain('spec.selector: Invalid value: {"matchLabels":{"a":"x"}}: field is immutable');
    const bad = async (edit: (body: Json) => void) => {
      const body = deployment('b');
      edit(body);
      return causes((await api.post(deployments, body)).body);
    };
    expect(await bad((b) => (b.spec.template.metadata.labels = { other: 'x' }))).toEqual([
      'FieldValueInvalid spec.template.metadata.labels',
    ]);
    expect(await bad((b) => delete b.spec.selector)).toEqual(['FieldValueRequired spec.selector']);
    expect(await bad((b) => (b.spec.template.spec.restartPolicy = 'Never'))).toEqual([
      'FieldValueNotSupported spec.template.spec.restartPolicy',
    ]);
    expect(await bad((b) => (b.spec.template.spec.containers = []))).toEqual([
      'FieldValueRequired spec.template.spec.containers',
    ]);
    expect(await bad((b) => delete b.spec.template.spec.containers[0].image)).toEqual([
      'FieldValueRequired spec.template.spec.containers[0].image',
    ]);
    expect(
      await bad((b) => (b.spec.template.spec.containers[0].volumeMounts = [{ name: 'v', mountPath: '/v' }])),
    ).toEqual(['FieldValueNotFound spec.template.spec.containers[0].volumeMounts[0].name']);
    expect(await bad((b) => (b.spec.replicas = -1))).toEqual(['FieldValueInvalid spec.replicas']);
    const sets = '/apis/apps/v1/namespaces/default/statefulsets';
    await api.post(sets, { metadata: { name: 'x' }, spec: { selector, template } });
    expect((await change(`${sets}/x`, { serviceName: 'y' })).message).toContain(
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    const job = { metadata: { name: 'x' }, spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } };
    await api.post(jobs, job);
    expect(
      causes(await change(`${jobs}/x`, { template: { spec: { containers: [{ name: 'a', image: 'b' }] } } })),
    ).toEqual(['FieldValueInvalid spec.template']);
    expect(causes((await api.post(jobs, { ...job, metadata: { name: 'y' }, spec: { template } })).body)).toEqual([
      'FieldValueRequired spec.template.spec.restartPolicy',
    ]);
  });

  // kube-api H-261, H-377, H-378
  test('of the others', async () => {
    await using api = await startTestServer(off);
    const post = async (path: string, body: Json) =>
      causes((await api.post(path, { metadata: { name: 'x' }, ...body })).body);
    const namespaced = (group: string, plural: string) => `/apis/${group}/namespaces/default/${plural}`;
    expect(await post(namespaced('networking.k8s.io/v1', 'ingresses'), { spec: {} })).toEqual([
      'FieldValueInvalid spec',
    ]);
    expect(
      await post(namespaced('policy/v1', 'poddisruptionbudgets'), { spec: { minAvailable: 1, maxUnavailable: 1 } }),
    ).toEqual(['FieldValueInvalid spec']);
    expect(
      await post(namespaced('autoscaling/v2', 'horizontalpodautoscalers'), {
        spec: { maxReplicas: 0, scaleTargetRef: { kind: 'D', name: 'd' } },
      }),
    ).toEqual(['FieldValueInvalid spec.maxReplicas', 'FieldValueRequired spec.maxReplicas']);
    const jobTemplate = { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } };
    expect(await post(namespaced('batch/v1', 'cronjobs'), { spec: { schedule: 'x', jobTemplate } })).toEqual([
      'FieldValueInvalid spec.schedule',
    ]);
    const bindings = namespaced('rbac.authorization.k8s.io/v1', 'rolebindings');
    await post(bindings, { roleRef: { kind: 'Role', name: 'a' } });
    expect((await api.merge(`${bindings}/x`, { roleRef: { name: 'b' } })).body.message).toContain(
      'cannot change roleRef',
    );
    const classes = '/apis/storage.k8s.io/v1/storageclasses';
    await post(classes, { provisioner: 'a/b' });
    expect(causes((await api.merge(`${classes}/x`, { provisioner: 'c/d' })).body)).toEqual([
      'FieldValueInvalid provisioner',
    ]);
    const priorities = '/apis/scheduling.k8s.io/v1/priorityclasses';
    await post(priorities, { value: 1 });
    expect(causes((await api.merge(`${priorities}/x`, { value: 2 })).body)).toEqual(['FieldValueForbidden value']);
  });

  // kube-api H-264
  test('of events, in both groups', async () => {
    await using api = await startTestServer();
    const core = '/api/v1/namespaces/default/events';
    const events = '/apis/events.k8s.io/v1/namespaces/default/events';
    const wrong = { metadata: { name: 'x' }, involvedObject: { kind: 'Pod', namespace: 'other', name: 'p' } };
    expect((await api.post(core, wrong)).body.message).toContain(
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    );
    await api.post(core, {
      metadata: { name: 'x' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
      message: 'm',
      reason: 'R',
      source: { component: 'c' },
      count: 2,
    });
    const { body } = await api.get(`${events}/x`);
    expect(body).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      note: 'm',
      regarding: { name: 'p' },
      deprecatedSource: { component: 'c' },
      deprecatedCount: 2,
    });
    expect(body.message).toBeUndefined();
    const next = {
      metadata: { name: 'y' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      regarding: { kind: 'Pod', namespace: 'default' },
      type: 'Normal',
      reason: 'R',
      reportingController: 'c/d',
      reportingInstance: 'i',
    };
    expect(causes((await api.post(events, next)).body)).toEqual(['FieldValueRequired action']);
    expect((await api.post(events, { ...next, action: 'A' })).code).toBe(201);
    expect((await api.get(`${core}/y`)).body).toMatchObject({
      apiVersion: 'v1',
      reportingComponent: 'c/d',
      action: 'A',
    });
  });

  // kube-api H-267, H-268
  test('admission of pods and claims', async () => {
    await using api = await startTestServer();
    const pods = '/api/v1/namespaces/default/pods';
    await api.until('/api/v1/namespaces/default/serviceaccounts/default', ({ code }) => code === 200);
    const pod = (spec: Json) => ({
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'a', image: 'a' }], ...spec },
    });
    const account = await api.post(pods, pod({ serviceAccountName: 'sa' }));
    expect(account.body.message).toBe(
      'pods "p" is forbidden: error looking up service account default/sa: serviceaccount "sa" not found',
    );
    expect((await api.post(pods, pod({ priorityClassName: 'x' }))).body.message).toContain(
      'no PriorityClass with name x was found',
    );
    const { body } = await api.post(pods, pod({}));
    expect(body.spec).toMatchObject({
      serviceAccountName: 'default',
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    });
    const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
    const claim = (name: string, spec: Json = {}) => ({
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });
    const classed = await api.post(claims, claim('a'));
    expect([classed.body.spec.storageClassName, classed.body.metadata.finalizers]).toEqual([
      'standard',
      ['kubernetes.io/pvc-protection'],
    ]);
    expect((await api.post(claims, claim('b', { storageClassName: '' }))).body.spec.storageClassName).toBe('');
  });
});

test('reviews are answered for the administrator', async () => {
  await using api = await startTestServer();
  const review = (group: string, plural: string, spec: Json) => api.post(`/apis/${group}/v1/${plural}`, { spec });
  const self = await review('authentication.k8s.io', 'selfsubjectreviews', {});
  expect([self.code, self.body.status.userInfo.username]).toEqual([201, 'kubernetes-admin']);
  const access = { resourceAttributes: { verb: 'get', resource: 'pods' } };
  expect((await review('authorization.k8s.io', 'selfsubjectaccessreviews', access)).body.status.allowed).toBe(true);
  expect((await review('authorization.k8s.io', 'selfsubjectaccessreviews', {})).code).toBe(422);
  expect((await api.get('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')).code).toBe(405);
});

import { describe, expect, test } from 'vitest';
import { startTestServer, type Json, type TestServer } from '../test/client.ts';
import {
  causes,
  configMap,
  configMaps,
  deployment,
  deployments,
  installThings,
  thing,
  things,
} from '../test/objects.ts';

const off = { simulate: { mode: 'off' } } as const;
const json = 'application/json-patch+json';
const strategic = 'application/strategic-merge-patch+json';

function patch(api: TestServer, path: string, type: string, body: unknown) {
  return api.call('PATCH', path, { body, type });
}

describe('patches', () => {
  test('JSON patch', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, configMap('a', { k: 'v' }));
    const path = `${configMaps}/a`;
    const { revision } = api.server;
    for (const operation of [
      { op: 'test', path: '/data/k', value: 'x' },
      { op: 'remove', path: '/data/nope' },
      { op: 'add', path: '/data/nope/x', value: 1 },
      { op: 'move', from: '/data', path: '/data/k' },
    ]) {
      const answer = await patch(api, path, json, [operation]); // kube-api C-85
      expect(answer.body).toMatchObject({
        code: 422,
        details: {},
        message: 'the server rejected our request due to an error in our request',
      });
    }
    expect(api.server.revision).toBe(revision);
    const many = await patch(
      api,
      path,
      json,
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' })),
    ); // kube-api C-86
    expect(many.body).toMatchObject({
      code: 413,
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
    const labels = [
      { op: 'add', path: '/metadata/labels', value: {} },
      { op: 'add', path: '/metadata/labels/app.kubernetes.io~1name', value: 'x' },
    ];
    expect((await patch(api, path, json, labels)).body.metadata.labels).toEqual({ 'app.kubernetes.io/name': 'x' }); // kube-api C-87
  });

  test('merge patch, and what is none', async () => {
    await using api = await startTestServer(off);
    await installThings(api);
    await api.post(configMaps, configMap('a', { k: 'v', j: 'w' }));
    await api.post(things, thing('a'));
    const path = `${configMaps}/a`;
    for (const body of ['[1]', '"x"', '', 'null', 'data:\n  a: b\n']) {
      expect([body, (await patch(api, path, 'application/merge-patch+json', body)).code]).toEqual([body, 400]); // kube-api C-88
    }
    expect((await api.merge(path, { data: { k: null } })).body.data).toEqual({ j: 'w' });
    const custom = await patch(api, `${things}/a`, strategic, {}); // kube-api C-89
    expect([custom.code, custom.body.message]).toEqual([
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    ]);
    const forced = await patch(api, `${path}?force=true`, 'application/merge-patch+json', {}); // kube-api C-95
    expect(forced.body.message).toContain('force: Forbidden: may not be specified for non-apply patch');
    for (const type of ['application/nope', 'application/json', ''])
      expect((await patch(api, path, type, {})).code).toBe(415); // kube-api C-96
    expect((await patch(api, path, 'application/merge-patch+json;charset=utf-8', {})).code).toBe(200);
    expect((await api.merge(`${configMaps}/none`, {})).code).toBe(404); // kube-api C-97
    expect((await api.apply(`${configMaps}/none/status?fieldManager=m`, configMap('none'))).code).toBe(404);
    expect((await api.merge(path, { metadata: { name: 'b' } })).code).toBe(400); // kube-api C-98
    expect((await api.merge(path, { metadata: { namespace: 'b' } })).code).toBe(400);
    expect(causes((await api.merge(path, { kind: 'Secret' })).body)).toEqual(['FieldValueInvalid patch']);
  });

  // kube-api C-99, H-266, F-187, F-370
  test('scale', async () => {
    await using api = await startTestServer(off);
    await api.apply(`${deployments}/a?fieldManager=one`, deployment('a', { replicas: 1 }));
    const path = `${deployments}/a`;
    const { body: scale } = await api.get(`${path}/scale`);
    expect([scale.kind, scale.spec, scale.status]).toEqual([
      'Scale',
      { replicas: 1 },
      { replicas: 0, selector: 'a=a' },
    ]);
    expect((await api.merge(`${path}/scale?fieldManager=hpa`, { spec: { replicas: 3 } })).body.spec).toEqual({
      replicas: 3,
    });
    const { body: scaled } = await api.get(path);
    expect([scaled.spec.replicas, scaled.metadata.generation]).toEqual([3, 2]);
    const entry = scaled.metadata.managedFields.find(({ manager }: Json) => manager === 'hpa');
    expect(entry).toEqual({
      manager: 'hpa',
      operation: 'Update',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      subresource: 'scale',
    });
    expect((await api.put(`${path}/scale`, { ...scale, spec: { replicas: -1 }, metadata: { name: 'a' } })).code).toBe(
      422,
    );
    expect((await api.put(`${path}/scale`, scale)).code).toBe(409);
    const conflict = await api.apply(`${path}?fieldManager=one`, deployment('a', { replicas: 1 }));
    expect(conflict.body.message).toBe(
      'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    );
    expect((await api.apply(`${path}?fieldManager=one`, deployment('a'))).body.spec.replicas).toBe(3);
  });

  // kube-api G-376
  test('scale of custom resources', async () => {
    await using api = await startTestServer();
    const paths = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' };
    const schema = { type: 'object', properties: { n: { type: 'integer' } } };
    await installThings(api, schema, { subresources: { status: {}, scale: paths } });
    await api.post(things, thing('a'));
    const missing = await api.get(`${things}/a/scale`);
    expect([missing.code, missing.body.message]).toEqual([
      500,
      'Internal error occurred: the spec replicas field ".spec.n" does not exist',
    ]);
    expect((await api.merge(`${things}/a/scale`, { spec: { replicas: 2 } })).body.spec).toEqual({ replicas: 2 });
    expect((await api.get(`${things}/a`)).body.spec).toEqual({ n: 2 });
    expect((await api.merge(`${things}/a/scale`, { spec: { replicas: -1 } })).body.message).toContain(
      '.spec.n: Invalid value: -1: should be a non-negative integer',
    );
  });
});

describe('apply', () => {
  const apply = (api: TestServer, manager: string, body: unknown, query = '') =>
    api.apply(`${configMaps}/a?fieldManager=${manager}${query}`, body);

  test('what it needs', async () => {
    await using api = await startTestServer();
    const bare = await api.apply(`${configMaps}/a`, configMap('a')); // kube-api F-155
    expect(bare.body.message).toContain('fieldManager: Required value: is required for apply patch');
    const nameless = { apiVersion: 'v1', kind: 'ConfigMap' };
    expect((await apply(api, 'm', nameless)).body.message).toContain('was undeterminable: name must be provided');
    await apply(api, 'm', configMap('a', { k: 'v' }));
    expect((await apply(api, 'm', { ...nameless, data: { k: 'v' } })).code).toBe(200);
    expect((await apply(api, 'm', configMap('a', {}, { managedFields: [] }))).body.message).toBe(
      'metadata.managedFields must be nil',
    );
    for (const body of [
      { metadata: { name: 'a' } },
      { ...configMap('a'), kind: 'Secret' },
      { ...configMap('a'), apiVersion: 'v2' },
    ]) {
      expect((await apply(api, 'm', body)).body.message).toMatch(/^invalid object type: /); // kube-api F-156
    }
    const bad = await apply(api, 'm', 'a: [b\n'); // kube-api F-157
    expect([bad.code, bad.body.message]).toEqual([
      400,
      expect.stringMatching(/^error decoding YAML: error converting YAML to JSON: yaml: /),
    ]);
    const twice = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: "1"\n  a: "2"\n';
    expect((await apply(api, 'm', twice)).warnings).toEqual(['line 5: key "a" already set in map']);
    expect((await apply(api, 'm', twice, '&fieldValidation=Strict')).body.message).toContain(
      'error strict decoding YAML: ',
    );
  });

  test('errors of typing', async () => {
    await using api = await startTestServer(off);
    const unknown = await apply(api, 'm', { ...configMap('a'), foo: 1 }); // kube-api F-158
    expect([unknown.code, unknown.body.reason, unknown.body.message]).toEqual([
      500,
      undefined,
      'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .foo: field not declared in schema',
    ]);
    expect((await apply(api, 'm', configMap('a', { k: 1 as unknown as string }))).body.message).toContain(
      '.data.k: expected string',
    ); // kube-api F-159
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { k: '!' } }; // kube-api F-371
    const path = '/api/v1/namespaces/default/secrets/s';
    const converted = await api.apply(`${path}?fieldManager=m`, secret);
    expect([converted.code, converted.body.message]).toEqual([
      500,
      'failed to convert new object (/s; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0',
    ]);
    expect((await api.post(path.slice(0, -2), secret)).code).toBe(400);
  });

  // kube-api F-191, F-192
  test('identity', async () => {
    await using api = await startTestServer();
    const uid = await apply(api, 'm', configMap('a', {}, { uid: '11' }));
    expect([uid.code, uid.body.message]).toEqual([
      409,
      expect.stringContaining('uid mismatch: the provided object specified uid 11, and no existing object was found'),
    ]);
    expect((await apply(api, 'm', configMap('a', {}, { resourceVersion: '1' }))).code).toBe(201);
    expect((await apply(api, 'm', configMap('a', { k: 'v' }, { uid: '11' }))).code).toBe(422);
    expect((await apply(api, 'm', configMap('a', { k: 'v' }, { resourceVersion: '1' }))).code).toBe(409);
  });

  // kube-api F-213
  test('many managers at once', async () => {
    await using api = await startTestServer();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => apply(api, `m${i}`, configMap('a', { [`k${i}`]: 'v' }))),
    );
    expect(answers.every(({ code }) => code === 200 || code === 201)).toBe(true);
    const { body } = await api.get(`${configMaps}/a`);
    expect([Object.keys(body.data).length, body.metadata.managedFields.length]).toEqual([20, 20]);
  });

  // kube-api F-372, F-190
  test('who owns what of a new Deployment', async () => {
    await using api = await startTestServer(off);
    const { body } = await api.post(deployments, deployment('a'));
    const container = {
      '.': {},
      'f:image': {},
      'f:imagePullPolicy': {},
      'f:name': {},
      'f:resources': {},
      'f:terminationMessagePath': {},
      'f:terminationMessagePolicy': {},
    };
    expect(body.metadata.managedFields[0].fieldsV1).toEqual({
      'f:spec': {
        'f:progressDeadlineSeconds': {},
        'f:replicas': {},
        'f:revisionHistoryLimit': {},
        'f:selector': {},
        'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
        'f:template': {
          'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
          'f:spec': {
            'f:containers': { 'k:{"name":"a"}': container },
            'f:dnsPolicy': {},
            'f:restartPolicy': {},
            'f:schedulerName': {},
            'f:securityContext': {},
            'f:terminationGracePeriodSeconds': {},
          },
        },
      },
    });
  });

  // kube-api F-195, F-196
  test('over versions', async () => {
    await using api = await startTestServer();
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await installThings(api);
    const { body: crd } = await api.get(`${crds}/things.s1.sluice.dev`);
    crd.spec.versions.push({ ...crd.spec.versions[0], name: 'v2', storage: false });
    await api.put(`${crds}/things.s1.sluice.dev`, crd);
    await api.until('/apis/s1.sluice.dev/v2', ({ code }) => code === 200);
    const v2 = things.replace('v1', 'v2');
    await api.apply(`${things}/a?fieldManager=m`, thing('a', { x: '1', y: '1' }));
    const moved = await api.apply(`${v2}/a?fieldManager=m`, {
      ...thing('a', { x: '1' }),
      apiVersion: 's1.sluice.dev/v2',
    });
    expect([moved.code, moved.body.spec]).toEqual([200, { x: '1' }]);
    expect(moved.body.metadata.managedFields.map(({ apiVersion }: Json) => apiVersion)).toEqual(['s1.sluice.dev/v2']);
    const { body: v1 } = await api.get(`${things}/a`); // kube-api G-239
    expect([v1.apiVersion, v1.metadata.uid, v1.metadata.resourceVersion]).toEqual([
      's1.sluice.dev/v1',
      moved.body.metadata.uid,
      moved.body.metadata.resourceVersion,
    ]);
  });
});

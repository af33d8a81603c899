import { describe, expect, test } from 'vitest';
import { startTestServer } from '../test/client.ts';
import {
  anySpec,
  causes,
  configMap,
  configMaps,
  deployment,
  deployments,
  installThings,
  thing,
  things,
} from '../test/objects.ts';

const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
const off = { simulate: { mode: 'off' } } as const;

describe('create', () => {
  test('names', async () => {
    await using api = await startTestServer();
    const nameless = await api.post(configMaps, {}); // kube-api B-43
    expect(nameless.body.message).toContain('metadata.name: Required value: name or generateName is required');
    const generated = await api.post(configMaps, { metadata: { generateName: 'a-' } }); // kube-api B-44
    expect(generated.body.metadata.name).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(generated.body.metadata.generateName).toBe('a-');
    const long = await api.post(configMaps, { metadata: { generateName: 'x'.repeat(63) } }); // kube-api B-45
    expect(long.body.metadata.name).toMatch(/^x{58}.{5}$/);
    await api.post(configMaps, configMap('x'));
    const twice = await api.post(configMaps, configMap('x')); // kube-api B-49
    expect([twice.code, twice.body.message]).toEqual([409, 'configmaps "x" already exists']);
    for (const name of ['Foo', 'a_b', '-a', 'a.', 'x'.repeat(254), '..', 'a/b']) {
      expect([name, (await api.post(configMaps, configMap(name))).code]).toEqual([name, 422]); // kube-api B-54
    }
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles';
    expect((await api.post(roles, { metadata: { name: 'system:x' } })).code).toBe(201);
    const namespace = await api.post('/api/v1/namespaces', { metadata: { name: 'a.b' } }); // kube-api B-55
    expect(namespace.body.message).toContain('must not contain dots');
    const service = { metadata: { name: '1abc' }, spec: { ports: [{ port: 80 }] } };
    expect((await api.post('/api/v1/namespaces/default/services', service)).code).toBe(201);
  });

  test('what only the server sets', async () => {
    await using api = await startTestServer(off);
    const versioned = (resourceVersion: string) =>
      api.post(configMaps, configMap(`v${resourceVersion}`, {}, { resourceVersion }));
    const refused = await versioned('1'); // kube-api B-47
    expect([refused.code, refused.body.reason, refused.body.message]).toEqual([
      500,
      undefined,
      'resourceVersion should not be set on objects to be created',
    ]);
    expect([(await versioned('0')).code, (await versioned('abc')).code]).toEqual([201, 201]);
    const sent = {
      uid: 'u',
      creationTimestamp: '2001-01-01T00:00:00Z',
      deletionTimestamp: '2001-01-01T00:00:00Z',
      generation: 7,
    };
    const map = await api.post(configMaps, configMap('a', {}, sent)); // kube-api B-48
    expect(map.body.metadata).toMatchObject({ generation: 7 });
    expect(map.body.metadata.uid).not.toBe('u');
    expect(map.body.metadata.creationTimestamp).not.toMatch(/^2001/);
    expect(map.body.metadata.deletionTimestamp).toBeUndefined();
    const workload = deployment('a');
    workload.metadata.generation = 7;
    expect((await api.post(deployments, workload)).body.metadata.generation).toBe(1);
    const other = await api.post(configMaps, configMap('n', {}, { namespace: 'b' })); // kube-api B-50
    expect(other.code).toBe(400);
    expect((await api.post(configMaps, configMap('n'))).body.metadata.namespace).toBe('default');
  });

  test('bodies that are no such object', async () => {
    await using api = await startTestServer();
    const send = (body: string) => api.call('POST', configMaps, { body });
    for (const body of ['[]', '"x"', '', '{"a"', '{} x']) {
      const answer = await send(body); // kube-api B-53
      expect([body, answer.code]).toEqual([body, 400]);
      expect(answer.body.message).toContain('the object provided is unrecognized (must be of type ConfigMap)');
    }
    for (const body of ['null', '{}']) expect((await send(body)).code).toBe(422);
    await installThings(api);
    expect((await api.post(things, { spec: {} })).body.message).toContain("Object 'Kind' is missing");
    expect((await api.post(things, { ...thing('q'), kind: 'Foo' })).body.message).toContain(
      'kind: Invalid value: "Foo": must be Thing',
    );
    expect((await api.post(things, { ...thing('q'), apiVersion: 'x/v1' })).code).toBe(400);
  });

  test('labels and annotations', async () => {
    await using api = await startTestServer();
    const bad = (metadata: object) => api.post(configMaps, configMap('a', {}, metadata));
    expect(causes((await bad({ labels: { a: 'x'.repeat(64) } })).body)).toEqual(['FieldValueInvalid metadata.labels']); // kube-api B-56
    expect(causes((await bad({ labels: { 'a/b/c': 'x' } })).body)).toEqual(['FieldValueInvalid metadata.labels']);
    const huge = await bad({ annotations: { a: 'x'.repeat(262_144) } });
    expect(causes(huge.body)).toEqual(['FieldValueTooLong metadata.annotations']);
    const number = await bad({ labels: { a: 1 } }); // kube-api B-57
    expect(number.body.message).toContain(
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    );
  });

  test('owners and finalizers', async () => {
    await using api = await startTestServer({ garbageCollection: false });
    await installThings(api);
    const owner = (name: string, extra: object = {}) => ({ apiVersion: 'v1', kind: 'A', name, uid: name, ...extra });
    const owned = (...ownerReferences: object[]) =>
      api.post(configMaps, configMap(`o${Math.random()}`, {}, { ownerReferences }));
    const two = await owned(owner('a', { controller: true }), owner('b', { controller: true })); // kube-api B-70
    expect(two.body.message).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for A/a and A/b',
    );
    expect(causes((await owned({ ...owner('a'), uid: '' })).body)).toEqual([
      'FieldValueInvalid metadata.ownerReferences.uid',
    ]);
    const repeated = await owned(owner('a'), owner('a'));
    expect(repeated.body.metadata.ownerReferences).toHaveLength(1);
    expect(repeated.warnings[0]).toContain('.metadata.ownerReferences contains duplicate entries');
    const finalized = (...finalizers: string[]) =>
      api.post(configMaps, configMap(`f${Math.random()}`, {}, { finalizers }));
    expect(causes((await finalized('x.y')).body)).toEqual(['FieldValueInvalid metadata.finalizers[0]']); // kube-api B-71
    expect(causes((await finalized('foo/bar/baz')).body)).toContain('FieldValueInvalid metadata.finalizers');
    const custom = await api.post(things, thing('f', {}, { finalizers: ['x.y'] }));
    expect([custom.code, custom.warnings]).toEqual([
      201,
      [
        'metadata.finalizers: "x.y": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
      ],
    ]);
  });
});

describe('update', () => {
  test('who and what it is for', async () => {
    await using api = await startTestServer();
    const { body: stored } = await api.post(configMaps, configMap('b', { k: '1' }));
    const put = (body: unknown) => api.put(`${configMaps}/b`, body);
    expect((await put(configMap('a'))).body.message).toBe(
      'the name of the object (a) does not match the name on the URL (b)',
    ); // kube-api B-51
    expect((await put({ ...configMap('b'), apiVersion: 'v2' })).body.message).toContain(
      'cannot be handled as a ConfigMap',
    ); // kube-api B-52
    expect((await put({ ...configMap('b'), kind: 'Secret' })).body.message).toContain(
      'cannot be handled as a ConfigMap',
    );
    expect((await put({ metadata: { name: 'b' }, data: { k: '1' } })).code).toBe(200);
    const otherUid = await put(configMap('b', {}, { uid: 'x' })); // kube-api B-58
    expect(otherUid.code).toBe(409);
    expect(otherUid.body.message).toContain(
      `Precondition failed: UID in precondition: x, UID in object meta: ${stored.metadata.uid}`,
    );
    const patched = await api.merge(`${configMaps}/b`, { metadata: { uid: '111' } });
    expect([patched.code, patched.body.details.causes.length]).toEqual([422, 2]);
    const stale = await put(configMap('b', { k: '2' }, { resourceVersion: '1' })); // kube-api B-59
    expect(stale.body.message).toBe(
      'Operation cannot be fulfilled on configmaps "b": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect((await api.merge(`${configMaps}/b`, { metadata: { resourceVersion: '1' }, data: {} })).code).toBe(409); // kube-api B-62
    expect((await put(configMap('b', { k: '3' }, { resourceVersion: '0' }))).code).toBe(200); // kube-api B-361
    const restored = await put(configMap('b', { k: '3' }, { creationTimestamp: '2001-01-01T00:00:00Z' })); // kube-api B-73
    expect(restored.body.metadata.creationTimestamp).toBe(stored.metadata.creationTimestamp);
    for (const field of [{ deletionTimestamp: '2001-01-01T00:00:00Z' }, { deletionGracePeriodSeconds: 5 }]) {
      expect((await put(configMap('b', {}, field))).body.message).toContain('field is immutable');
    }
  });

  test('unconditional ones and those that create', async () => {
    await using api = await startTestServer();
    await installThings(api);
    const lease = { metadata: { name: 'l' }, spec: { holderIdentity: 'a' } };
    expect((await api.put(`${leases}/l`, lease)).code).toBe(201); // kube-api B-69
    expect((await api.put(`${configMaps}/none`, configMap('none'))).code).toBe(404);
    const unconditional = await api.put(`${leases}/l`, lease); // kube-api B-60
    expect(unconditional.body.message).toBe(
      'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
    await api.post(things, thing('a'));
    expect((await api.put(`${things}/a`, thing('a'))).code).toBe(422);
    // kube-api H-265
    const { body } = await api.get(`${leases}/l`);
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => api.put(`${leases}/l`, { ...body, spec: { holderIdentity: `h${i}` } })),
    );
    expect(codes.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    const time = (renewTime: string) => api.merge(`${leases}/l`, { spec: { renewTime } }); // kube-api B-360
    expect((await time('2026-01-01T00:00:00Z')).body.message).toContain('cannot parse "Z" as ".000000"');
    expect((await time('2026-01-01T00:00:00.123456Z')).body.spec.renewTime).toBe('2026-01-01T00:00:00.123456Z');
  });

  // kube-api B-61
  test('racing patches all take effect', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, configMap('a'));
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key) => api.merge(`${configMaps}/a`, { data: { [key]: '1' } })));
    expect(Object.keys((await api.get(`${configMaps}/a`)).body.data).toSorted()).toEqual(keys.toSorted());
  });

  test('generation and writes that change nothing', async () => {
    await using api = await startTestServer(off);
    const { body: first } = await api.post(deployments, deployment('a'));
    const path = `${deployments}/a`;
    const same = await api.put(path, deployment('a')); // kube-api B-63
    expect(same.body).toEqual(first);
    const generation = async (patch: object) => (await api.merge(path, patch)).body.metadata.generation;
    expect(await generation({ metadata: { labels: { x: 'y' } } })).toBe(1); // kube-api B-64, B-65
    expect(await generation({ spec: { replicas: 2 } })).toBe(2);
    const before = (await api.get(path)).body;
    expect((await api.merge(path, { status: { replicas: 3 } })).body).toEqual(before);
    expect(await generation({ metadata: { annotations: { x: 'y' } } })).toBe(3);
    expect((await api.post(configMaps, configMap('a'))).body.metadata.generation).toBeUndefined(); // kube-api B-67
  });

  test('status of custom resources', async () => {
    await using api = await startTestServer();
    await installThings(api);
    const { body } = await api.post(things, { ...thing('a', { x: 1 }), status: { y: 1 } }); // kube-api B-66
    expect([body.status, body.metadata.generation]).toEqual([undefined, 1]);
    const changed = { ...body, spec: { x: 2 }, status: { y: 2 }, metadata: { ...body.metadata, labels: { a: 'b' } } };
    const after = await api.put(`${things}/a/status`, changed); // kube-api B-68
    expect([after.body.spec, after.body.status, after.body.metadata.labels]).toEqual([{ x: 1 }, { y: 2 }, undefined]);
    expect(after.body.metadata.generation).toBe(1);
  });
});

describe('dry run and field validation', () => {
  test('a dry run stores nothing', async () => {
    await using api = await startTestServer();
    const created = await api.post(`${configMaps}?dryRun=All`, configMap('a')); // kube-api B-74
    expect([created.code, created.body.metadata.resourceVersion]).toEqual([201, undefined]);
    expect((await api.get(`${configMaps}/a`)).code).toBe(404);
    const { body } = await api.post(configMaps, configMap('a', { k: '1' }));
    const { revision } = api.server;
    const patched = await api.merge(`${configMaps}/a?dryRun=All`, { data: { k: '2' } });
    expect([patched.body.data.k, patched.body.metadata.resourceVersion]).toEqual(['2', body.metadata.resourceVersion]);
    expect((await api.call('DELETE', `${configMaps}/a?dryRun=All`)).code).toBe(200);
    expect((await api.apply(`${configMaps}/b?dryRun=All&fieldManager=m`, configMap('b'))).code).toBe(201);
    expect(api.server.revision).toBe(revision);
    expect((await api.post('/api/v1/namespaces/none/configmaps?dryRun=All', configMap('a'))).code).toBe(404); // kube-api B-75
  });

  test('unknown and repeated fields', async () => {
    await using api = await startTestServer(off);
    const body = JSON.stringify(deployment('a')).replace('"spec":{', '"spec":{"foo":1,"replicas":1,"replicas":2,');
    const send = (validation: string) => api.call('POST', `${deployments}?dryRun=All${validation}`, { body });
    expect((await send('')).warnings).toEqual(['unknown field "spec.foo"', 'duplicate field "spec.replicas"']); // kube-api B-76
    expect((await send('&fieldValidation=Ignore')).warnings).toEqual([]);
    expect((await send('&fieldValidation=Strict')).body.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo", duplicate field "spec.replicas"',
    );
    await api.post(configMaps, configMap('a'));
    const merged = await api.merge(`${configMaps}/a?fieldValidation=Strict`, { nope: 1 }); // kube-api B-78
    expect([merged.code, causes(merged.body)]).toEqual([422, ['FieldValueInvalid patch']]);
    const json = await api.call('PATCH', `${configMaps}/a?fieldValidation=Strict`, {
      body: [{ op: 'add', path: '/data', value: {}, foo: 1 }],
      type: 'application/json-patch+json',
    });
    expect(json.body.message).toContain('json patch unknown field "[0].foo"');
    await installThings(api, { type: 'object', properties: { a: { type: 'string' }, free: anySpec } }); // kube-api B-77
    expect((await api.post(`${things}?fieldValidation=Strict`, thing('a', { free: { x: 1 } }))).code).toBe(201);
    expect((await api.post(`${things}?fieldValidation=Strict`, thing('b', { b: 1 }))).body.message).toContain(
      'unknown field "spec.b"',
    );
    expect((await api.post(`${things}?fieldValidation=Strict`, thing('b', {}, { nope: 1 }))).code).toBe(400);
  });

  test('values', async () => {
    await using api = await startTestServer(off);
    const text = await api.post(deployments, deployment('a', { replicas: '3' })); // kube-api B-79
    expect(text.body.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
    expect((await api.post(deployments, deployment('a', { replicas: 1.5 }))).body.message).toContain(
      'cannot unmarshal number 1.5 into',
    );
    await api.post(deployments, deployment('a'));
    expect((await api.merge(`${deployments}/a`, { spec: { replicas: 'x' } })).code).toBe(422); // kube-api C-364
    const limits = { cpu: '1000m', memory: '1024Mi', 'example.org/x': '0.5' };
    const spec = deployment('q').spec;
    spec.template.spec.containers[0].resources = { limits };
    const stored = await api.post(deployments, { ...deployment('q'), spec }); // kube-api B-80
    expect(stored.body.spec.template.spec.containers[0].resources.limits).toEqual({
      cpu: '1',
      memory: '1Gi',
      'example.org/x': '500m',
    });
    const nulls = await api.post(configMaps, { ...configMap('n'), data: { k: null }, immutable: null }); // kube-api B-81, B-359
    expect([nulls.body.data, nulls.body.immutable]).toEqual([{ k: '' }, undefined]);
    expect((await api.merge(`${configMaps}/n`, { data: { k: null } })).body.data).toBeUndefined();
    const applied = await api.apply(`${configMaps}/ap?fieldManager=m`, { ...configMap('ap'), data: { k: null } });
    expect(applied.body.data).toEqual({ k: '' });
    await installThings(api);
    const big = await api.call('POST', things, {
      body: JSON.stringify(thing('big', { n: 1 })).replace('"n":1', '"n":9007199254740993'),
    }); // kube-api B-83
    expect(big.text).toContain('9007199254740993');
    expect((await api.get(`${things}/big`)).text).toContain('9007199254740993');
    const keys = '{"metadata":{"name":"p"},"data":{"__proto__":"a","constructor":"b"}}'; // kube-api B-84
    expect((await api.call('POST', configMaps, { body: keys })).text).toContain(
      '"data":{"__proto__":"a","constructor":"b"}',
    );
    const odd = await api.call('POST', things, {
      body: JSON.stringify(thing('p', { m: 1 })).replace('"m":1', '"__proto__":{"x":1}'),
    });
    expect(odd.text).toContain('"spec":{"__proto__":{"x":1}}');
  });

  // kube-api B-82
  test('field managers', async () => {
    await using api = await startTestServer();
    const manager = async (query: string, headers: Record<string, string> = {}) =>
      await api.call('POST', `${configMaps}?dryRun=All${query}`, { body: configMap('a', { k: 'v' }), headers });
    expect((await manager(`&fieldManager=${'x'.repeat(129)}`)).body.message).toContain(
      'fieldManager: Too long: may not be more than 128 bytes',
    );
    expect((await manager('&fieldManager=a%09b')).body.message).toContain('invalid character U+0009 (at position 1)');
    const { body } = await manager('', { 'user-agent': 'tool/v1 (x)' });
    expect(body.metadata.managedFields[0].manager).toBe('tool');
  });

  // kube-api A-37
  test('an object that is too large is refused', async () => {
    await using api = await startTestServer();
    await installThings(api);
    const large = await api.post(things, thing('a', { x: 'y'.repeat(1_700_000) }));
    expect([large.code, large.body.message]).toEqual([500, 'etcdserver: request is too large']);
  });

  // kube-api L-351
  test('no body brings the server down', async () => {
    await using api = await startTestServer();
    const bodies = [
      '['.repeat(10_001) + ']'.repeat(10_001),
      `{"a":${'{"a":'.repeat(10_001)}1${'}'.repeat(10_001)}}`,
      Buffer.from([0xff, 0xfe, 0x00]),
      '{"metadata":{"name":"a"},"data":{"k":1e999}}',
    ];
    for (const body of bodies) expect((await api.call('POST', configMaps, { body })).code).toBe(400);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghij'.split('').map((c, i) => `${c}: &${c} [${`*${'abcdefghij'[i]},`.repeat(9)}]`),
    ];
    expect((await api.call('POST', configMaps, { body: bomb.join('\n'), type: 'application/yaml' })).code).toBe(400);
    expect((await api.get('/healthz')).code).toBe(200);
  });
});

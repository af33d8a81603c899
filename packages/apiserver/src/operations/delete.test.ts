import { describe, expect, test } from 'vitest';
import { startTestServer, type Json } from '../test/client.ts';
import {
  causes,
  configMap,
  configMaps,
  crds,
  deployment,
  deployments,
  installThings,
  thing,
  things,
} from '../test/objects.ts';

const off = { simulate: { mode: 'off' } } as const;
const namespaces = '/api/v1/namespaces';
const held = { finalizers: ['example.org/hold'] };

function release(): Json {
  return { metadata: { finalizers: null } };
}

describe('one object', () => {
  test('what a DELETE answers', async () => {
    await using api = await startTestServer(off);
    const { body: created } = await api.post(configMaps, configMap('a'));
    const deleted = await api.delete(`${configMaps}/a`); // kube-api D-100
    expect(deleted.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: created.metadata.uid },
    });
    await api.post(`${namespaces}/default/services`, { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } });
    expect((await api.delete(`${namespaces}/default/services/s`)).body.kind).toBe('Service');
    expect((await api.delete(`${configMaps}/a`)).body.message).toBe('configmaps "a" not found');
  });

  test('preconditions and policies', async () => {
    await using api = await startTestServer();
    const { body } = await api.post(configMaps, configMap('a'));
    const uid = await api.delete(`${configMaps}/a`, { preconditions: { uid: 'x' } }); // kube-api D-101
    expect(uid.body.message).toContain(
      `the UID in the precondition (x) does not match the UID in record (${body.metadata.uid})`,
    );
    expect(uid.body.details.kind).toBe('ConfigMap');
    expect((await api.delete(`${configMaps}/a`, { preconditions: { resourceVersion: '1' } })).code).toBe(409);
    const policy = await api.delete(`${configMaps}/a`, { propagationPolicy: 'x' }); // kube-api D-106
    expect(policy.body.message).toContain(
      'propagationPolicy: Unsupported value: "x": supported values: "Foreground", "Background", "Orphan", "nil"',
    );
    expect((await api.delete(`${configMaps}/a`, { propagationPolicy: 'Orphan', orphanDependents: true })).code).toBe(
      422,
    );
    expect((await api.delete(`${configMaps}/a?propagationPolicy=x`, {})).code).toBe(200);
  });

  test('finalizers hold it', async () => {
    await using api = await startTestServer(off);
    const path = `${deployments}/a`;
    const workload = deployment('a');
    workload.metadata.finalizers = held.finalizers;
    const { body: created } = await api.post(deployments, workload);
    const { revision } = api.server;
    await api.call('DELETE', `${path}?dryRun=All`); // kube-api D-122
    expect(api.server.revision).toBe(revision);
    const marked = await api.delete(path); // kube-api D-102
    expect(marked.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, generation: 2 });
    expect(marked.body.metadata.deletionTimestamp).toMatch(/Z$/);
    const again = await api.delete(path); // kube-api D-103
    expect(again.body.metadata.resourceVersion).toBe(marked.body.metadata.resourceVersion);
    expect((await api.delete(path, { orphanDependents: false })).code).toBe(202);
    expect((await api.post(deployments, workload)).body.message).toBe(
      'object is being deleted: deployments.apps "a" already exists',
    );
    expect((await api.merge(path, { spec: { replicas: 2 } })).code).toBe(200); // kube-api D-105
    const added = await api.merge(path, { metadata: { finalizers: [...held.finalizers, 'example.org/b'] } }); // kube-api B-72
    expect(added.body.message).toContain(
      'no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.org/b"}',
    );
    const applied = await api.apply(`${path}?fieldManager=m&force=true`, deployment('a')); // kube-api F-210
    expect([applied.code, applied.body.metadata.uid]).toEqual([200, created.metadata.uid]);
    const last = applied.body.metadata.resourceVersion;
    using watch = await api.watch(`${deployments}?watch=1&resourceVersion=${last}`);
    const gone = await api.merge(path, release()); // kube-api D-104, D-365, E-151
    expect([gone.code, gone.body.metadata.resourceVersion]).toEqual([200, last]);
    const event = await watch.next();
    expect([event.type, event.object.metadata.finalizers]).toEqual(['DELETED', held.finalizers]);
    expect(Number(event.object.metadata.resourceVersion)).toBeGreaterThan(Number(last));
    expect((await api.get(path)).code).toBe(404);
  });

  test('collections', async () => {
    await using api = await startTestServer();
    for (const name of ['a', 'b', 'c'])
      await api.post(configMaps, configMap(name, {}, { labels: { x: name === 'c' ? 'no' : 'yes' } }));
    const wrong = await api.delete(configMaps, { preconditions: { uid: 'x' } }); // kube-api D-366
    expect(wrong.code).toBe(409);
    const deleted = await api.call('DELETE', `${configMaps}?labelSelector=x%3Dyes`); // kube-api D-113
    expect([deleted.body.kind, deleted.body.items.length]).toEqual(['ConfigMapList', 2]);
    expect((await api.get(configMaps)).body.items.map((item: Json) => item.metadata.name)).toEqual(['c']);
  });

  // kube-api D-123
  test('pods have a grace period', async () => {
    await using api = await startTestServer(off);
    const pods = `${namespaces}/default/pods`;
    await api.until(`${namespaces}/default/serviceaccounts/default`, ({ code }) => code === 200);
    const pod = (name: string) => ({
      metadata: { name },
      spec: { nodeName: 'n', containers: [{ name: 'a', image: 'a' }] },
    });
    await api.post(pods, pod('a'));
    const marked = await api.delete(`${pods}/a`);
    expect(marked.body.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(Date.parse(marked.body.metadata.deletionTimestamp)).toBeGreaterThan(Date.now() + 25_000);
    await api.delete(`${pods}/a`, { gracePeriodSeconds: 0 });
    expect((await api.get(`${pods}/a`)).code).toBe(404);
    await api.post(pods, { ...pod('b'), spec: { ...pod('b').spec, nodeName: undefined } });
    await api.delete(`${pods}/b`);
    expect((await api.get(`${pods}/b`)).code).toBe(404);
  });
});

describe('owners', () => {
  const owner = ({ kind, apiVersion, metadata }: Json, extra: Json = {}) => ({
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    ...extra,
  });

  test('background, orphan and several owners', async () => {
    await using api = await startTestServer();
    const { body: a } = await api.post(configMaps, configMap('a'));
    const { body: b } = await api.post(configMaps, configMap('b'));
    await api.post(configMaps, configMap('both', {}, { ownerReferences: [owner(a), owner(b)] }));
    await api.post(configMaps, configMap('of-a', {}, { ownerReferences: [owner(a)] }));
    await api.delete(`${configMaps}/a`); // kube-api D-107
    await api.until(`${configMaps}/of-a`, ({ code }) => code === 404);
    const both = await api.until(`${configMaps}/both`, ({ body }) => body.metadata.ownerReferences.length === 1); // kube-api D-110
    expect(both.body.metadata.ownerReferences[0].name).toBe('b');
    await api.delete(`${configMaps}/b`, { propagationPolicy: 'Orphan' }); // kube-api D-109
    await api.until(`${configMaps}/b`, ({ code }) => code === 404);
    expect((await api.get(`${configMaps}/both`)).body.metadata.ownerReferences).toBeUndefined();
  });

  test('foreground, bottom-up', async () => {
    await using api = await startTestServer();
    const block = { blockOwnerDeletion: true };
    const { body: top } = await api.post(configMaps, configMap('top'));
    const { body: middle } = await api.post(
      configMaps,
      configMap('middle', {}, { ownerReferences: [owner(top, block)] }),
    );
    await api.post(configMaps, configMap('bottom', {}, { ...held, ownerReferences: [owner(middle, block)] }));
    await api.post(configMaps, configMap('free', {}, { ...held, ownerReferences: [owner(top)] }));
    const marked = await api.delete(`${configMaps}/top`, { propagationPolicy: 'Foreground' }); // kube-api D-108
    expect(marked.body.metadata.finalizers).toEqual(['foregroundDeletion']);
    await api.until(`${configMaps}/bottom`, ({ body }) => body.metadata.deletionTimestamp !== undefined);
    expect((await api.get(`${configMaps}/top`)).code).toBe(200);
    const { body: list } = await api.get(configMaps);
    using watch = await api.watch(`${configMaps}?watch=1&resourceVersion=${list.metadata.resourceVersion}`);
    await api.merge(`${configMaps}/bottom`, release());
    const events = await watch.until(({ type, object }) => type === 'DELETED' && object.metadata.name === 'top'); // kube-api D-112
    const order = events.filter(({ type }) => type === 'DELETED').map(({ object }) => object.metadata.name);
    expect(order).toEqual(['bottom', 'middle', 'top']);
    expect((await api.get(`${configMaps}/free`)).code).toBe(200); // it does not block
  });

  // kube-api D-111
  test('owners that are not there', async () => {
    await using api = await startTestServer();
    const { body: a } = await api.post(configMaps, configMap('a'));
    await api.post(namespaces, { metadata: { name: 'other' } });
    await api.post(`${namespaces}/other/configmaps`, configMap('elsewhere', {}, { ownerReferences: [owner(a)] }));
    await api.post(configMaps, configMap('wrong-uid', {}, { ownerReferences: [{ ...owner(a), uid: 'x' }] }));
    await api.post(
      configMaps,
      configMap('unknown-kind', {}, { ownerReferences: [{ ...owner(a), apiVersion: 'nope.org/v1' }] }),
    );
    const node = { metadata: { name: 'cluster-scoped', ownerReferences: [owner(a)] } };
    await api.post('/api/v1/nodes', node);
    await api.until(`${configMaps}/wrong-uid`, ({ code }) => code === 404);
    await api.until(`${namespaces}/other/configmaps/elsewhere`, ({ code }) => code === 404);
    expect((await api.get(`${configMaps}/unknown-kind`)).code).toBe(200);
    expect((await api.get('/api/v1/nodes/cluster-scoped')).code).toBe(200);
  });
});

describe('namespaces', () => {
  test('start with a label, a finalizer and a service account', async () => {
    await using api = await startTestServer();
    const { body } = await api.post(namespaces, { metadata: { name: 'a' } });
    expect([body.spec, body.status, body.metadata.labels]).toEqual([
      { finalizers: ['kubernetes'] },
      { phase: 'Active' },
      { 'kubernetes.io/metadata.name': 'a' },
    ]);
    await api.until(`${namespaces}/a/serviceaccounts/default`, ({ code }) => code === 200); // kube-api D-121
    const label = { metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } } };
    expect((await api.merge(`${namespaces}/a`, label)).body.metadata.labels['kubernetes.io/metadata.name']).toBe('a'); // kube-api D-120
    const immortal = await api.delete(`${namespaces}/default`); // kube-api D-118
    expect(immortal.body.message).toBe('namespaces "default" is forbidden: this namespace may not be deleted');
    expect((await api.post(`${namespaces}/none/configmaps`, configMap('a'))).body.message).toBe(
      'namespaces "none" not found',
    ); // kube-api D-117
  });

  // kube-api D-114, D-115, D-116
  test('are emptied before they go', async () => {
    await using api = await startTestServer();
    await installThings(api);
    await api.post(namespaces, { metadata: { name: 'a' } });
    const inside = (path: string) => path.replace('/default/', '/a/');
    await api.post(inside(configMaps), configMap('x'));
    await api.post(inside(deployments), deployment('x', { replicas: 2 }));
    await api.post(inside(things), thing('x', {}, held));
    using watch = await api.watch(`${inside(configMaps)}?watch=1`);
    await watch.next();
    expect((await api.delete(`${namespaces}/a`)).body.status.phase).toBe('Terminating');
    expect((await watch.next()).type).toBe('DELETED');
    const waiting = await api.until(`${namespaces}/a`, ({ body }) =>
      body.status.conditions?.some(
        (c: Json) =>
          c.status === 'True' &&
          c.message.includes('things.s1.sluice.dev has 1 resource instances') &&
          !c.message.includes(','),
      ),
    );
    const message = (type: string) => waiting.body.status.conditions.find((c: Json) => c.type === type).message;
    expect(message('NamespaceFinalizersRemaining')).toBe(
      'Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances',
    );
    const refused = await api.post(inside(configMaps), configMap('y'));
    expect(refused.body.message).toBe(
      'configmaps "y" is forbidden: unable to create new content in namespace a because it is being terminated',
    );
    expect(causes(refused.body)).toEqual(['NamespaceTerminating metadata.namespace']);
    await api.merge(`${inside(things)}/x`, release());
    await api.until(`${namespaces}/a`, ({ code }) => code === 404);
    expect((await api.get('/api/v1/pods')).body.items).toEqual([]);
  });

  // kube-api D-119
  test('finalize takes finalizers away', async () => {
    await using api = await startTestServer();
    const { body } = await api.post(namespaces, { metadata: { name: 'a' } });
    const answer = await api.put(`${namespaces}/a/finalize`, {
      ...body,
      spec: {},
      metadata: { ...body.metadata, labels: { x: 'y' } },
    });
    expect([answer.code, answer.body.spec]).toEqual([200, {}]);
  });
});

describe('definitions', () => {
  // kube-api G-241, G-242, G-374, E-146
  test('take their objects with them', async () => {
    await using api = await startTestServer();
    const crd = await installThings(api);
    expect(crd.metadata.finalizers).toBeUndefined();
    await api.post(things, thing('a'));
    await api.post(things, thing('b', {}, held));
    const { body: list } = await api.get(things);
    using watch = await api.watch(`${things}?watch=1&resourceVersion=${list.metadata.resourceVersion}`);
    const path = `${crds}/things.s1.sluice.dev`;
    const marked = await api.delete(path);
    expect(marked.body.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    expect(marked.body.status.conditions.at(-1)).toMatchObject({
      type: 'Terminating',
      reason: 'InstanceDeletionPending',
    });
    const events = await watch.until(({ object }) => object.metadata.name === 'b');
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['DELETED a', 'MODIFIED b']);
    const refused = await api.post(things, thing('c'));
    expect([refused.code, refused.body.message]).toEqual([
      403,
      'things.s1.sluice.dev "c" is forbidden: create not allowed while custom resource definition is terminating',
    ]);
    await api.merge(`${things}/b`, release());
    expect((await watch.next()).type).toBe('DELETED');
    expect(await watch.next()).toBeUndefined();
    await api.until(path, ({ code }) => code === 404);
    expect((await api.get(things)).text).toBe('404 page not found\n');
    const { metadata } = await installThings(api);
    expect(metadata.uid).not.toBe(crd.metadata.uid);
    expect((await api.get(things)).body.items).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../test/client.ts';
import {
  configMap,
  configMaps,
  crds,
  deployment,
  deployments,
  installThings,
  thing,
  thingCrd,
  things,
  anySpec,
} from '../test/objects.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

describe('paths', () => {
  test('/version and the health endpoints', async () => {
    await using api = await startTestServer();
    const version = await api.get('/version'); // kube-api A-1
    expect(version.body).toMatchObject({ major: '1' });
    expect(version.body.gitVersion).toMatch(/^v\d+\.\d+\.\d+/);
    const ready = await api.get('/readyz?verbose'); // kube-api A-2, with the credential
    expect(ready.text).toMatch(/\[\+\]ping ok\nreadyz check passed\n$/);
    expect((await api.get('/healthz')).text).toBe('ok');
    expect((await api.get('/healthz/nope')).code).toBe(404);
  });

  test('what is not there', async () => {
    await using api = await startTestServer();
    await installThings(api);
    const unknownGroup = await api.get('/apis/nope.example/v1'); // kube-api A-6
    expect([unknownGroup.code, unknownGroup.text]).toEqual([404, '404 page not found\n']);
    expect(unknownGroup.headers['content-type']).toBe('text/plain; charset=utf-8');
    const paths = [
      '/api/v1/namespaces/default/nodes',
      '/apis/apps/v1/foos',
      '/apis/apps/v9/deployments',
      '/api/v1/configmaps/x',
      '/api/v2',
      '/api/v1//configmaps',
    ];
    for (const path of paths) {
      const answer = await api.get(path); // kube-api A-7
      expect([path, answer.code, answer.body?.message]).toEqual([
        path,
        404,
        'the server could not find the requested resource',
      ]);
      expect(answer.body.details).toEqual({});
    }
    for (const path of [
      '/apis/s1.sluice.dev/v9/things',
      '/apis/s1.sluice.dev/v1/nope',
      '/apis/s1.sluice.dev/v1/things/a',
    ]) {
      expect((await api.get(path)).text).toBe('404 page not found\n'); // kube-api A-355
    }
    expect((await api.get(`${things}/a/nope`)).body.message).toBe('things.s1.sluice.dev "a" not found');
  });

  test('methods', async () => {
    await using api = await startTestServer();
    await installThings(api);
    await api.post(things, thing('a'));
    expect((await api.get('/apis/apps/v1/deployments')).body.kind).toBe('DeploymentList'); // kube-api A-8
    const post = await api.post(`${configMaps}/a`, configMap('a')); // kube-api A-9
    expect(post.body).toMatchObject({ code: 405, reason: 'MethodNotAllowed', details: {} });
    expect((await api.delete('/api/v1/namespaces')).code).toBe(405);
    for (const path of [`${configMaps}/a`, '/api/v1', '/version']) {
      const head = await api.call('HEAD', path); // kube-api A-38
      expect([path, head.code, head.text]).toEqual([path, 405, '']);
    }
    for (const path of [`${things}/a`, '/healthz']) expect((await api.call('HEAD', path)).code).toBe(200);
  });

  // kube-api
  test('a watch of one name is a plain read', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, configMap('x'));
    const answer = await api.get(`${configMaps}/x?watch=1&fieldSelector=metadata.name%3Dother`);
    expect(answer.body.metadata.name).toBe('x');
  });
});

describe('discovery', () => {
  test('plain and aggregated', async () => {
    await using api = await startTestServer();
    expect((await api.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] }); // kube-api A-10
    for (const accept of [aggregated, 'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io']) {
      const answer = await api.get('/api', { accept }); // kube-api A-13
      expect(answer.headers['content-type']).toBe(aggregated);
      expect(answer.body.items[0].metadata).toEqual({});
      const again = await api.get('/api', { accept, 'if-none-match': String(answer.headers.etag) }); // kube-api A-11
      expect([again.code, again.text]).toEqual([304, '']);
    }
    const old = aggregated.replace('v=v2', 'v=v2beta1'); // kube-api A-12
    expect((await api.get('/apis', { accept: old })).code).toBe(406);
    expect((await api.get('/apis', { accept: `${old},application/json` })).body.kind).toBe('APIGroupList');
    const apps = await api.get('/apis/apps/v1'); // kube-api A-14
    expect(apps.body.resources.find((resource: { name: string }) => resource.name === 'deployments/scale')).toEqual({
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
    const { body } = await api.get('/apis', { accept: aggregated }); // kube-api A-15
    for (const { versions } of body.items) {
      for (const resource of versions.flatMap((v: { resources: object[] }) => v.resources)) {
        for (const entry of [resource, ...(resource.subresources ?? [])]) {
          expect(entry.responseKind).toBeDefined();
          expect(entry.verbs.length).toBeGreaterThan(0);
        }
      }
    }
  });

  test('of custom resources', async () => {
    await using api = await startTestServer();
    const crd = thingCrd(anySpec);
    const [version] = crd.spec.versions;
    crd.spec.versions = ['v1beta1', 'v1', 'v2alpha1'].map((name) => ({ ...version, name, storage: name === 'v1' }));
    await api.post(crds, crd);
    const group = await api.until('/apis/s1.sluice.dev', ({ code }) => code === 200); // kube-api
    expect(group.body.versions.map((v: { version: string }) => v.version)).toEqual(['v1', 'v1beta1', 'v2alpha1']);
    expect(group.body.preferredVersion.version).toBe('v1');
    const stored = (await api.get(`${crds}/things.s1.sluice.dev`)).body;
    stored.spec.versions[0].served = false;
    expect((await api.put(`${crds}/things.s1.sluice.dev`, stored)).code).toBe(200);
    await api.until('/apis/s1.sluice.dev/v1beta1/things', ({ code }) => code === 404); // kube-api A-18
  });

  test('OpenAPI documents', async () => {
    await using api = await startTestServer();
    await installThings(api, {
      type: 'object',
      properties: { l: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' } },
    });
    const root = await api.get('/openapi/v3'); // kube-api A-19
    expect(root.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(root.headers.etag).toBeUndefined();
    for (const { serverRelativeURL } of Object.values<{ serverRelativeURL: string }>(root.body.paths)) {
      const document = await api.get(serverRelativeURL);
      expect([serverRelativeURL, document.code]).toEqual([serverRelativeURL, 200]);
      expect(document.headers['cache-control']).toBe('public, immutable');
      expectReferencesResolve(document.body);
    }
    const apps = root.body.paths['apis/apps/v1'].serverRelativeURL;
    const wrong = await api.get('/openapi/v3/apis/apps/v1?hash=AB');
    expect([wrong.code, wrong.headers.location]).toEqual([301, apps]);
    expect((await api.get('/openapi/v3/apis/nope/v1')).code).toBe(404);
    const since = { 'if-modified-since': String(root.headers['last-modified']) };
    expect((await api.get('/openapi/v3', since)).code).toBe(304); // kube-api A-356
    const types = async (path: string, item: string) => {
      const { body } = await api.get(path); // kube-api A-20
      const { patch } = body.paths[item];
      const names = patch.parameters.map((parameter: { name: string }) => parameter.name);
      expect(names.toSorted()).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
      return Object.keys(patch.requestBody.content);
    };
    const strategic = 'application/strategic-merge-patch+json';
    expect(
      await types('/openapi/v3/apis/apps/v1', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}'),
    ).toContain(strategic);
    const own = '/openapi/v3/apis/s1.sluice.dev/v1';
    expect(await types(own, `${things.replace('default', '{namespace}')}/{name}`)).not.toContain(strategic);
    const schema = (await api.get(own)).body.components.schemas['dev.sluice.s1.v1.Thing']; // kube-api A-21
    expect(schema['x-kubernetes-group-version-kind']).toEqual([
      { group: 's1.sluice.dev', version: 'v1', kind: 'Thing' },
    ]);
    expect(schema.properties.spec.properties.l['x-kubernetes-list-type']).toBe('set');
  });
});

function expectReferencesResolve(document: { components: { schemas: object } }): void {
  const names = Object.keys(document.components.schemas);
  const used = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name] of used) expect(names).toContain(name);
}

describe('negotiation', () => {
  test('of what is accepted', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, configMap('a'));
    const protobuf = 'application/vnd.kubernetes.protobuf';
    const refused = await api.get(`${configMaps}/a`, { accept: protobuf }); // kube-api A-22
    expect(refused.body.message).toMatch(
      /^406: Not Acceptable\n\nAvailable representations: application\/json, application\/yaml/,
    );
    expect((await api.get(`${configMaps}/a`, { accept: `${protobuf},application/json` })).code).toBe(200);
    expect((await api.get(`${configMaps}/a`, { accept: 'application/*' })).code).toBe(406);
    expect((await api.get(`${configMaps}/a`, { accept: 'text/plain, */*' })).code).toBe(200);
    const yaml = await api.get(`${configMaps}/a`, { accept: 'application/yaml' }); // kube-api A-24
    expect(yaml.text).toContain('kind: ConfigMap\n');
    expect((await api.get(`${configMaps}?watch=1`, { accept: 'application/yaml' })).code).toBe(406);
  });

  test('of bodies', async () => {
    await using api = await startTestServer();
    for (const type of ['text/plain', 'application/cbor', '////']) {
      expect((await api.call('POST', configMaps, { body: configMap('a'), type })).code).toBe(415); // kube-api A-23
    }
    expect((await api.call('POST', configMaps, { body: configMap('a'), type: '' })).code).toBe(201);
    const yaml = (text: string) => api.call('POST', configMaps, { body: text, type: 'application/yaml' });
    const created = await yaml('metadata:\n  name: b\ndata:\n  on: "1"\n'); // kube-api A-25
    expect(created.body.data).toEqual({ true: '1' });
    const twice = await yaml('metadata:\n  name: c\ndata:\n  a: "1"\n  a: "2"\n');
    expect([twice.body.data, twice.warnings]).toEqual([{ a: '2' }, ['line 5: key "a" already set in map']]);
    const exact = Buffer.alloc(3_145_728, 0x20);
    expect((await api.call('POST', configMaps, { body: exact })).code).toBe(400);
    const large = await api.call('POST', configMaps, { body: Buffer.alloc(3_145_729, 0x20) }); // kube-api A-36
    expect(large.body).toMatchObject({ code: 413, message: 'Request entity too large: limit is 3145728' });
  });

  test('of options', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, configMap('a'));
    expect((await api.get(`${configMaps}?limit=abc`)).body.message).toBe(
      'strconv.ParseInt: parsing "abc": invalid syntax',
    ); // kube-api A-26
    const dryRun = await api.post(`${configMaps}?dryRun=Some`, configMap('b'));
    expect(dryRun.body.message).toContain('dryRun: Unsupported value: ["Some"]: supported values: "All"');
    expect((await api.post(`${configMaps}?fieldValidation=strict`, configMap('b'))).code).toBe(422);
    expect((await api.get(`${configMaps}?watch=0`)).body.kind).toBe('ConfigMapList'); // kube-api A-27
    using watch = await api.watch(`${configMaps}?watch=`);
    expect((await watch.next()).type).toBe('ADDED');
    expect((await api.get(`${configMaps}?nope=1`)).code).toBe(200); // kube-api A-28
    const versions = async (path: string) => (await api.get(path)).code;
    expect(await versions(`${configMaps}/a?resourceVersion=abc`)).toBe(500); // kube-api A-358
    expect(await versions(`${configMaps}?resourceVersion=abc`)).toBe(400);
    expect(await versions(`${configMaps}?watch=1&resourceVersion=abc`)).toBe(500);
  });

  // kube-api A-35
  test('many long warnings are shortened', async () => {
    await using api = await startTestServer();
    const unknown = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${i}${'x'.repeat(600)}`, 1]));
    const { warnings } = await api.post(configMaps, { ...configMap('a'), ...unknown });
    expect(warnings).toHaveLength(10);
    for (const warning of warnings) expect(warning.length).toBe(256);
  });
});

describe('tables and metadata', () => {
  test('of built-in kinds', async () => {
    await using api = await startTestServer({ simulate: { mode: 'off' } });
    await api.post(deployments, deployment('a'));
    const { body } = await api.get(deployments, { accept: table });
    expect(body.columnDefinitions.map((c: { name: string }) => c.name).slice(0, 5)).toEqual([
      'Name',
      'Ready',
      'Up-to-date',
      'Available',
      'Age',
    ]);
    expect(body.rows[0].cells.slice(0, 4)).toEqual(['a', '0/1', 0, 0]);
    expect(body.rows[0].object.kind).toBe('PartialObjectMetadata');
    const object = async (include: string) =>
      (await api.get(`${deployments}?includeObject=${include}`, { accept: table })).body; // kube-api A-30
    expect((await object('None')).rows[0].object).toBeNull();
    expect((await object('Object')).rows[0].object.spec.replicas).toBe(1);
    expect((await object('foo')).code).toBe(400);
    using watch = await api.watch(`${deployments}?watch=1`, { accept: table }); // kube-api A-29
    expect((await watch.next()).object.columnDefinitions.length).toBeGreaterThan(4);
    await api.merge(`${deployments}/a`, { metadata: { labels: { x: 'y' } } });
    expect((await watch.next()).object.columnDefinitions).toBeNull();
  });

  test('of custom resources', async () => {
    await using api = await startTestServer();
    await installThings(api, anySpec, {
      additionalPrinterColumns: [
        { name: 'When', type: 'date', jsonPath: '.spec.when' },
        { name: 'Count', type: 'integer', jsonPath: '.spec.count' },
        { name: 'On', type: 'boolean', jsonPath: '.spec.on' },
        { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        { name: 'Map', type: 'string', jsonPath: '.spec.map' },
      ],
    });
    const when = new Date(Date.now() - 3_600_000 * 5).toISOString();
    await api.post(things, thing('a', { when, count: 3, on: true, map: { x: '1' } }));
    await api.merge(`${things}/a/status`, {
      status: {
        conditions: [
          { type: 'Other', status: 'False' },
          { type: 'Ready', status: 'True' },
        ],
      },
    });
    await api.post(things, thing('b'));
    const { body } = await api.get(things, { accept: table }); // kube-api A-31
    expect(body.rows.map((row: { cells: unknown[] }) => row.cells)).toEqual([
      ['a', '5h', 3, true, 'True', '{"x":"1"}'],
      ['b', null, null, null, null, null],
    ]);
  });

  test('of metadata alone', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, configMap('a', { k: 'v' }));
    const list = await api.get(configMaps, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    }); // kube-api A-33
    expect(Object.keys(list.body.items[0])).toEqual(['kind', 'apiVersion', 'metadata']);
    const single = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
    expect((await api.get(configMaps, { accept: single })).body.message).toMatch(
      /^you requested PartialObjectMetadata, but/,
    );
    using watch = await api.watch(`${configMaps}?watch=1`, { accept: single });
    const { object } = await watch.next();
    expect([object.kind, object.data]).toEqual(['PartialObjectMetadata', undefined]);
  });
});

describe('hooks', () => {
  // kube-api L-347
  test.each([
    { action: { kind: 'status', code: 429 } as const, want: 429, stored: false },
    { action: { kind: 'status', code: 500 } as const, want: 500, stored: false },
    { action: { kind: 'timeoutAfter' } as const, want: 504, stored: true },
    { action: { kind: 'reset', when: 'before' } as const, want: 'reset', stored: false },
    { action: { kind: 'reset', when: 'after' } as const, want: 'reset', stored: true },
    { action: { kind: 'delay', ms: 1 } as const, want: 201, stored: true },
  ])('$action fails a request as often as asked', async ({ action, want, stored }) => {
    await using api = await startTestServer();
    api.server.fail({
      match: ({ verb, resource }) => verb === 'create' && resource === 'configmaps',
      times: 1,
      action,
    });
    const first = await outcome(api, 'a');
    expect(first).toBe(want);
    expect((await api.get(`${configMaps}/a`)).code).toBe(stored ? 200 : 404);
    expect(await outcome(api, 'b')).toBe(201);
  });

  test('every request is logged once', async () => {
    const lines: string[] = [];
    await using api = await startTestServer({
      log: ({ verb, resource, namespace, name, code, userAgent }) =>
        lines.push([verb, resource, namespace, name, code, userAgent].join(' ')),
    });
    await api.call('GET', `${configMaps}/a`, { headers: { 'user-agent': 'me/1' } });
    using watch = await api.watch('/api/v1/pods?watch=1');
    expect(watch.code).toBe(200);
    expect(lines).toEqual(['get configmaps default a 404 me/1', 'watch pods   200 ']);
  });
});

async function outcome(api: TestServer, name: string): Promise<number | string> {
  try {
    return (await api.post(configMaps, configMap(name))).code;
  } catch {
    return 'reset'; // the connection was dropped, which is what is asked about
  }
}

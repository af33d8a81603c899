import { describe, expect, test } from 'vitest';
import { startTestServer, type Json } from '../test/client.ts';
import { anySpec, causes, configMap, configMaps, crds, installThings, thing, things } from '../test/objects.ts';

const names = (list: Json): string[] => list.items.map((item: Json) => item.metadata.name);
const secrets = '/api/v1/namespaces/default/secrets';

describe('lists', () => {
  test('in pages of one revision', async () => {
    await using api = await startTestServer();
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await api.post(configMaps, configMap(name, {}, { labels: { x: 'y' } }));
    const first = (await api.get(`${configMaps}?limit=2`)).body; // kube-api E-124
    await api.post(configMaps, configMap('bb'));
    const next = async (list: Json) => (await api.get(`${configMaps}?limit=2&continue=${list.metadata.continue}`)).body;
    const second = await next(first);
    const third = await next(second);
    expect([names(first), names(second), names(third)]).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect([first, second, third].map((list) => list.metadata.remainingItemCount)).toEqual([3, 1, undefined]);
    expect(new Set([first, second, third].map((list) => list.metadata.resourceVersion)).size).toBe(1);
    const selected = (await api.get(`${configMaps}?limit=2&labelSelector=x%3Dy`)).body; // kube-api E-125
    expect([names(selected), selected.metadata.remainingItemCount]).toEqual([['a', 'b'], undefined]);
    api.server.compact(); // kube-api E-126
    await api.post(configMaps, configMap('z'));
    api.server.compact();
    const expired = await api.get(`${configMaps}?limit=2&continue=${first.metadata.continue}`);
    expect([expired.code, expired.body.reason]).toEqual([410, 'Expired']);
    expect(names((await api.get(`${configMaps}?continue=${expired.body.metadata.continue}`)).body)).toEqual([
      'bb',
      'c',
      'd',
      'e',
      'z',
    ]);
    expect((await api.get(`${configMaps}?continue=garbage`)).code).toBe(400); // kube-api E-127
    const token = first.metadata.continue;
    expect((await api.get(`${configMaps}?continue=${token}&resourceVersion=5`)).code).toBe(400);
    expect((await api.get(`${configMaps}?continue=${token}&resourceVersionMatch=Exact`)).code).toBe(422);
  });

  test('at a revision', async () => {
    await using api = await startTestServer();
    const { body: a } = await api.post(configMaps, configMap('a'));
    await api.post(configMaps, configMap('b'));
    await api.delete(`${configMaps}/a`);
    const at = a.metadata.resourceVersion;
    const list = (query: string) => api.get(`${configMaps}?${query}`);
    expect(names((await list('resourceVersion=0&limit=1')).body)).toEqual(['b']); // kube-api E-128
    expect(names((await list(`resourceVersion=${at}&resourceVersionMatch=Exact`)).body)).toEqual(['a']);
    expect((await list('resourceVersion=0&resourceVersionMatch=Exact')).code).toBe(422);
    expect((await list('resourceVersionMatch=Exact')).code).toBe(422);
    expect(causes((await list(`resourceVersion=${at}&resourceVersionMatch=Foo`)).body)).toEqual([
      'FieldValueNotSupported resourceVersionMatch',
    ]); // kube-api E-368
    api.server.compact();
    expect((await list(`resourceVersion=${at}&resourceVersionMatch=Exact`)).body).toMatchObject({
      code: 410,
      message: 'The resourceVersion for the provided list is too old.',
    });
    const empty = (await api.get('/api/v1/endpoints')).body; // kube-api E-130
    expect([empty.items, Number(empty.metadata.resourceVersion)]).toEqual([[], api.server.revision]);
  });

  // kube-api E-129
  test('of the future are waited for, not for ever', async () => {
    await using api = await startTestServer();
    const soon = api.get(`${configMaps}?resourceVersion=${api.server.revision + 1}`);
    await api.post(configMaps, configMap('a'));
    expect((await soon).code).toBe(200);
    const late = await api.get(`${configMaps}?resourceVersion=${api.server.revision + 1000}`);
    expect([late.code, late.headers['retry-after']]).toEqual([504, '1']);
    expect(late.body.details.causes).toEqual([
      { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' },
    ]);
  });

  test('by labels', async () => {
    await using api = await startTestServer();
    for (const [name, labels] of Object.entries({ none: {}, b: { a: 'b' }, c: { a: 'c' }, d: { a: 'd', x: '1' } })) {
      await api.post(configMaps, configMap(name, {}, { labels }));
    }
    const select = (selector: string) => api.get(`${configMaps}?labelSelector=${encodeURIComponent(selector)}`);
    for (const [selector, want] of [
      ['a=b', ['b']],
      ['a==b', ['b']],
      ['a!=b', ['c', 'd', 'none']],
      ['a in (b, c)', ['b', 'c']],
      ['a notin (b)', ['c', 'd', 'none']],
      ['a', ['b', 'c', 'd']],
      ['!a', ['none']],
      ['a,x', ['d']],
      ['a in (c,d),x=1', ['d']],
      ['x>0', ['d']],
      ['', ['b', 'c', 'd', 'none']],
    ] as const) {
      expect([selector, names((await select(selector)).body)]).toEqual([selector, want]); // kube-api E-131
    }
    expect((await select('a in b')).body.message).toBe("unable to parse requirement: found 'b' expected: '('");
    expect((await select('a==b==c')).body.message).toContain("found '==', expected: ',' or 'end of string'");
    expect((await select('-a')).body.message).toContain(
      'unable to parse requirement: <nil>: Invalid value: "-a": name part must consist',
    );
  });

  test('by fields', async () => {
    await using api = await startTestServer({ simulate: { mode: 'off' } });
    await api.post(secrets, { metadata: { name: 'a' } });
    await api.post(secrets, { metadata: { name: 'b' }, type: 'example.org/odd,type' });
    const select = (path: string, selector: string) => api.get(`${path}?fieldSelector=${encodeURIComponent(selector)}`);
    expect(names((await select(secrets, 'metadata.name=a')).body)).toEqual(['a']); // kube-api E-132
    expect(names((await select(secrets, 'type=Opaque,metadata.namespace=default')).body)).toEqual(['a']);
    expect(names((await select(secrets, 'type=example.org/odd\\,type')).body)).toEqual(['b']);
    expect(names((await select(secrets, 'type!=Opaque')).body)).toEqual(['b']);
    const refused = await select('/apis/apps/v1/deployments', 'spec.replicas=1');
    expect(refused.body.message).toBe(
      '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
    expect((await select(secrets, 'foo')).body.message).toBe("invalid selector: 'foo'; can't understand 'foo'");
    const schema = { type: 'object', properties: { s: { type: 'string' } } };
    await installThings(api, schema, { selectableFields: [{ jsonPath: '.spec.s' }] }); // kube-api E-133
    await api.post(things, thing('a', { s: 'x' }));
    await api.post(things, thing('b'));
    expect(names((await select(things, 'spec.s=x')).body)).toEqual(['a']);
    expect(names((await select(things, 'spec.s=')).body)).toEqual(['b']);
    expect((await select(things, 'spec.t=x')).body.message).toBe('field label not supported: spec.t');
  });
});

describe('watches', () => {
  test('start where they are told to', async () => {
    await using api = await startTestServer();
    await api.post(configMaps, configMap('a'));
    const { body: list } = await api.get(configMaps);
    await api.post(configMaps, configMap('b'));
    using later = await api.watch(`${configMaps}?watch=1&resourceVersion=${list.metadata.resourceVersion}`); // kube-api E-134
    expect((await later.next()).object.metadata.name).toBe('b');
    using all = await api.watch(`${configMaps}?watch=1`); // kube-api E-135
    expect([(await all.next()).type, (await all.next()).type]).toEqual(['ADDED', 'ADDED']);
    const streaming = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    using stream = await api.watch(`${configMaps}?${streaming}`); // kube-api E-136
    const events = await stream.until(({ type }) => type === 'BOOKMARK');
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'BOOKMARK']);
    expect(events.at(-1).object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(api.server.revision), annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
    await api.post(configMaps, configMap('c'));
    expect((await stream.next()).object.metadata.name).toBe('c');
    using empty = await api.watch(`/api/v1/endpoints?${streaming}`);
    expect((await empty.next()).type).toBe('BOOKMARK');
    const refused = async (query: string) => (await api.get(`${configMaps}?${query}`)).code; // kube-api E-137
    expect(await refused('watch=1&sendInitialEvents=true')).toBe(422);
    expect(await refused('sendInitialEvents=true')).toBe(422);
    expect(await refused('watch=1&resourceVersionMatch=NotOlderThan')).toBe(422);
    const exact = await api.get(`${configMaps}?watch=1&sendInitialEvents=true&resourceVersionMatch=Exact`);
    expect(causes(exact.body)).toEqual([
      'FieldValueForbidden resourceVersionMatch',
      'FieldValueNotSupported resourceVersionMatch',
    ]);
  });

  // kube-api E-138
  test('see objects come into and leave their selection', async () => {
    await using api = await startTestServer();
    using watch = await api.watch(`${configMaps}?watch=1&labelSelector=in%3Dyes`);
    await api.post(configMaps, configMap('a'));
    const label = (value: string, k: string) =>
      api.merge(`${configMaps}/a`, { metadata: { labels: { in: value } }, data: { k } });
    await label('yes', '1');
    await label('yes', '2');
    const { body: last } = await label('no', '3');
    await label('no', '4');
    const events = await watch.until(({ type }) => type === 'DELETED');
    expect(events.map(({ type, object }) => [type, object.data.k])).toEqual([
      ['ADDED', '1'],
      ['MODIFIED', '2'],
      ['DELETED', '2'],
    ]);
    expect(events.at(-1).object.metadata.resourceVersion).toBe(last.metadata.resourceVersion);
  });

  test('of one namespace, and of all', async () => {
    await using api = await startTestServer();
    await api.post('/api/v1/namespaces', { metadata: { name: 'b' } });
    using one = await api.watch(`${configMaps}?watch=1`); // kube-api E-150
    using all = await api.watch('/api/v1/configmaps?watch=1');
    await api.post('/api/v1/namespaces/b/configmaps', configMap('there'));
    const { body: first } = await api.post(configMaps, configMap('here'));
    await api.delete(`${configMaps}/here`); // kube-api E-139
    const { body: second } = await api.post(configMaps, configMap('here'));
    const events = await one.until(({ object }) => object.metadata.uid === second.metadata.uid);
    expect(events.map(({ type, object }) => [type, object.metadata.uid])).toEqual([
      ['ADDED', first.metadata.uid],
      ['DELETED', first.metadata.uid],
      ['ADDED', second.metadata.uid],
    ]);
    expect((await all.next()).object.metadata.name).toBe('there');
  });

  test('bookmarks', async () => {
    await using api = await startTestServer({ bookmarkIntervalMs: 10 });
    const from = `watch=1&resourceVersion=${api.server.revision}`;
    using with_ = await api.watch(`${configMaps}?${from}&allowWatchBookmarks=true`); // kube-api E-140
    using without = await api.watch(`${configMaps}?${from}`); // kube-api E-141
    const first = await with_.next();
    expect(first.type).toBe('BOOKMARK');
    expect(first.object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(api.server.revision) },
    });
    await api.post(secrets, { metadata: { name: 'a' } });
    const moved = await with_.until(({ object }) => object.metadata.resourceVersion === String(api.server.revision));
    expect(moved.every(({ type }) => type === 'BOOKMARK')).toBe(true);
    await api.post(configMaps, configMap('a'));
    expect((await without.next()).type).toBe('ADDED');
  });

  test('end', async () => {
    await using api = await startTestServer();
    using short = await api.watch(`${configMaps}?watch=1&timeoutSeconds=1`); // kube-api E-142, E-145
    expect(await short.next()).toBeUndefined();
    await api.post(configMaps, configMap('a'));
    api.server.compact();
    using old = await api.watch(`${configMaps}?watch=1&resourceVersion=1`); // kube-api E-143
    expect([old.code, (await old.next()).object]).toEqual([
      200,
      expect.objectContaining({ code: 410, reason: 'Expired' }),
    ]);
    expect(await old.next()).toBeUndefined();
    using future = await api.watch(`${configMaps}?watch=1&resourceVersion=99999&timeoutSeconds=1`); // kube-api E-367
    expect(await future.next()).toBeUndefined();
    using closed = await api.watch(`${configMaps}?watch=1&resourceVersion=${api.server.revision}`);
    api.server.closeWatches();
    expect(await closed.next()).toBeUndefined();
  });

  // kube-api E-146
  test('of a definition that changes end', async () => {
    await using api = await startTestServer();
    await installThings(api, { type: 'object', properties: { a: { type: 'string' } } });
    const path = `${crds}/things.s1.sluice.dev`;
    await api.until(path, ({ body }) =>
      body.status.conditions?.some((c: Json) => c.type === 'Established' && c.status === 'True'),
    );
    using watch = await api.watch(`${things}?watch=1&resourceVersion=${api.server.revision}`);
    const { body: crd } = await api.get(path);
    crd.spec.versions[0].schema.openAPIV3Schema.properties.spec = anySpec;
    expect((await api.put(path, crd)).code).toBe(200);
    expect(await watch.next()).toBeUndefined();
    expect((await api.post(things, thing('a', { b: 1 }))).body.spec).toEqual({ b: 1 });
  });

  // kube-api E-148
  test('all see everything in the same order', async () => {
    await using api = await startTestServer();
    const watches = await Promise.all(
      Array.from({ length: 50 }, () => api.watch(`${configMaps}?watch=1&resourceVersion=${api.server.revision}`)),
    );
    for (let i = 0; i < 100; i += 1) await api.post(configMaps, configMap(`c${i}`));
    const seen = await Promise.all(
      watches.map(async (watch) => {
        const events = await watch.until(({ object }) => object.metadata.name === 'c99');
        return events.map(({ object }) => object.metadata.name).join();
      }),
    );
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]?.split(',')).toHaveLength(100);
    for (const watch of watches) watch[Symbol.dispose]();
  });

  // kube-api E-149
  test('see changes of ownership, and no writes that change nothing', async () => {
    await using api = await startTestServer();
    await api.apply(`${configMaps}/a?fieldManager=one`, configMap('a', { k: 'v' }));
    using watch = await api.watch(`${configMaps}?watch=1&resourceVersion=${api.server.revision}`);
    await api.apply(`${configMaps}/a?fieldManager=one`, configMap('a', { k: 'v' }));
    await api.merge(`${configMaps}/a`, { data: { k: 'v' } });
    await api.apply(`${configMaps}/a?fieldManager=two`, configMap('a', { k: 'v' }));
    const event = await watch.next();
    expect([event.type, event.object.metadata.managedFields.map((entry: Json) => entry.manager)]).toEqual([
      'MODIFIED',
      ['two', 'one'],
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { builtin, custom } from './test/tracked-object.ts';
import { resetFieldsOf } from './reset-fields.ts';
import { update } from './update.ts';

const data = (entries: Record<string, unknown>) => ({ metadata: { name: 'a', namespace: 'ns' }, data: entries });
const spec = (properties: Record<string, unknown>) => ({ metadata: { name: 'w', namespace: 'ns' }, spec: properties });
const size = { size: { type: 'integer' } };

describe('a create', () => {
  // kube-api F-190
  test('records each level, which an apply does not', () => {
    expect(builtin('v1', 'ConfigMap').update('upd', data({ k: '1' })).owners).toEqual({
      upd: { 'f:data': { '.': {}, 'f:k': {} } },
    });
  });

  // kube-api F-372
  test('of a Deployment owns the defaults, but not the structs that are always there', () => {
    const object = builtin('apps/v1', 'Deployment').update('upd', {
      metadata: { name: 'web', namespace: 'ns' },
      spec: {
        progressDeadlineSeconds: 600,
        replicas: 1,
        revisionHistoryLimit: 10,
        selector: { matchLabels: { a: 'b' } },
        strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: {
            containers: [
              {
                name: 'a',
                image: 'x',
                imagePullPolicy: 'Always',
                resources: {},
                terminationMessagePath: '/dev/termination-log',
                terminationMessagePolicy: 'File',
              },
            ],
            dnsPolicy: 'ClusterFirst',
            restartPolicy: 'Always',
            schedulerName: 'default-scheduler',
            securityContext: {},
            terminationGracePeriodSeconds: 30,
          },
        },
      },
      status: {},
    });
    expect(object.owners).toEqual({
      upd: {
        'f:spec': {
          'f:progressDeadlineSeconds': {},
          'f:replicas': {},
          'f:revisionHistoryLimit': {},
          'f:selector': {},
          'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
            'f:spec': {
              'f:containers': {
                'k:{"name":"a"}': {
                  '.': {},
                  'f:image': {},
                  'f:imagePullPolicy': {},
                  'f:name': {},
                  'f:resources': {},
                  'f:terminationMessagePath': {},
                  'f:terminationMessagePolicy': {},
                },
              },
              'f:dnsPolicy': {},
              'f:restartPolicy': {},
              'f:schedulerName': {},
              'f:securityContext': {},
              'f:terminationGracePeriodSeconds': {},
            },
          },
        },
      },
    });
  });

  test('of a custom resource records every level but the root and metadata', () => {
    const nested = { s: { type: 'string' }, nest: { type: 'object', properties: { a: { type: 'string' } } } };
    const object = custom(nested).update('upd', {
      metadata: { name: 'w', labels: { l: '1' } },
      spec: { s: 'x', nest: { a: 'y' } },
    });
    expect(object.owners.upd).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
      'f:spec': { '.': {}, 'f:nest': { '.': {}, 'f:a': {} }, 'f:s': {} },
    });
  });

  // kube-api F-369
  test('without content leaves the object untracked until its first apply', () => {
    const object = builtin('v1', 'ConfigMap').update('upd', { metadata: { name: 'a' } });
    expect(object.live?.metadata).toEqual({ name: 'a' });
    expect(object.update('upd', data({ k: '1' })).entries).toEqual([]);
    expect(Object.keys(object.apply('alpha', data({ l: '1' })).owners)).toEqual(['alpha', 'before-first-apply']);
  });
});

describe('an update', () => {
  // kube-api F-209
  test('that changes nothing records nothing', () => {
    const object = builtin('v1', 'ConfigMap')
      .update('a', data({ k: '1' }))
      .update('b', data({ k: '1' }));
    expect(Object.keys(object.owners)).toEqual(['a']);
    expect(object.changed).toBe(false);
  });

  test('adds to its own entry and sets its time', () => {
    const object = builtin('v1', 'ConfigMap')
      .update('a', data({ k: '1' }))
      .update('a', data({ k: '1', l: '2' }));
    expect(object.entries).toMatchObject([
      { time: '2026-11-21T12:00:02Z', fieldsV1: { 'f:data': { '.': {}, 'f:k': {}, 'f:l': {} } } },
    ]);
  });

  // kube-api F-196
  test('through two versions gives two entries', () => {
    const object = custom(size, { 'example.org/v2': size }).update('upd', spec({ size: 1 }));
    object.update(
      'upd',
      { ...spec({ size: 1 }), metadata: { name: 'w', labels: { a: 'b' } } },
      { apiVersion: 'example.org/v2' },
    );
    expect(object.entries.map(({ apiVersion }) => apiVersion)).toEqual(['example.org/v1', 'example.org/v2']);
  });

  // kube-api F-189
  test('by an eleventh manager folds the oldest two, appliers aside', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ own: '1' }));
    const keys = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i + 1}`, 'v']));
    const content = (n: number) => data({ own: '1', ...keys(n) });
    for (let i = 1; i <= 11; i += 1) object.update(`m${i}`, content(i));
    expect(Object.keys(object.owners)).toEqual([
      'alpha',
      'ancient-changes',
      ...Array.from({ length: 9 }, (_, i) => `m${i + 3}`),
    ]);
    expect(object.owners['ancient-changes']).toEqual({ 'f:data': { 'f:k1': {}, 'f:k2': {} } });
    expect(object.entries[1]?.time).toBe('2026-11-21T12:00:03Z'); // of the younger one
    object.update('m12', content(12));
    expect(object.owners['ancient-changes']).toEqual({ 'f:data': { 'f:k1': {}, 'f:k2': {}, 'f:k3': {} } });
    expect(object.owners).not.toHaveProperty('m3');
  });

  test('that removes a doubled item keeps the other', () => {
    const env = (...values: string[]) => ({
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', env: values.map((value) => ({ name: 'E', value })) }] },
    });
    const object = builtin('v1', 'Pod').update('a', env('1', '2')).update('b', env('2'));
    const item = { '.': {}, 'f:name': {}, 'f:value': {} };
    expect(object.owners.b).toMatchObject({
      'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:env': { 'k:{"name":"E"}': item } } } },
    });
  });
});

describe('managedFields in the body of an update', () => {
  const tracked = () => builtin('v1', 'ConfigMap').apply('alpha', data({ k: '1' }));
  const withEntries = (managedFields: unknown, entries = { k: '2' }) => ({
    metadata: { name: 'a', namespace: 'ns', managedFields },
    data: entries,
  });

  // kube-api F-170
  test.each([[[]], [[{}]]])('%j forgets everything until the next apply', (sent) => {
    const object = tracked().update('upd', withEntries(sent));
    expect(object.entries).toEqual([]);
    expect(object.update('upd', data({ k: '3' })).entries).toEqual([]);
    object.apply('alpha', data({ k: '3' }));
    expect(object.entries.map(({ manager, time }) => [manager, time !== undefined])).toEqual([
      ['alpha', false],
      ['before-first-apply', true],
    ]);
  });

  // kube-api F-208
  test('replaces the list: an updater becomes an applier, whose omissions then count', () => {
    const object = builtin('v1', 'ConfigMap').update('csa', data({ k: '1', l: '2' }));
    const [entry] = object.entries;
    object.update('upd', {
      ...object.live,
      metadata: { name: 'a', managedFields: [{ ...entry, manager: 'alpha', operation: 'Apply' }] },
    });
    expect(object.apply('alpha', data({ k: '1' })).live?.data).toEqual({ k: '1' });
  });

  // kube-api F-204
  test('drops prefixes it does not know', () => {
    const entry = { manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' };
    const object = tracked().update(
      'upd',
      withEntries([{ ...entry, fieldsV1: { 'f:data': { 'x:1': {}, 'f:k': {} } } }], { k: '1' }),
    );
    expect(object.owners).toEqual({ x: { 'f:data': { 'f:k': {} } } });
  });

  // kube-api F-204
  test.each([
    ['a malformed key', { operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1: { 'k:{': {} } }],
    ['an unknown operation', { operation: 'Patch', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }],
    ['an unknown type', { operation: 'Apply', fieldsType: 'FieldsV2', fieldsV1: { 'f:data': {} } }],
  ])('keeps the live entries for %s', (_, entry) => {
    const object = tracked().update('upd', withEntries([{ manager: 'x', apiVersion: 'v1', ...entry }], { k: '1' }));
    expect(Object.keys(object.owners)).toEqual(['alpha']);
  });

  test('counts for nothing on a subresource', () => {
    const object = tracked().update('upd', withEntries([]), { subresource: 'status' });
    expect(Object.keys(object.owners)).toEqual(['upd/status']);
  });
});

describe('a version that is gone', () => {
  const gone = (entry: object) => ({
    live: { apiVersion: 'example.org/v2', kind: 'Widget', metadata: { name: 'w', managedFields: [entry] }, spec: {} },
    updated: { apiVersion: 'example.org/v2', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 1 } },
    manager: 'upd',
    apiVersion: 'example.org/v2',
    empty: {},
    now: new Date(0),
  });
  const entry = {
    manager: 'a',
    operation: 'Apply',
    apiVersion: 'example.org/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': {} },
  };

  // kube-api F-197
  test('loses all entries where it makes tracking fail', () => {
    const schemaOf = (apiVersion: string) => {
      if (apiVersion === 'example.org/v2')
        return {
          map: {
            atomic: false,
            fields: new Map(),
            values: { scalar: 'untyped', map: { atomic: true, fields: new Map() } },
          },
        } as const;
      throw new Error(`request to convert CR to an invalid group/version: ${apiVersion}`);
    };
    const { managedFields, object } = update({ ...gone(entry), versions: { schemaOf, convert: (o) => o } });
    expect(managedFields).toEqual([]);
    expect(object.spec).toEqual({ size: 1 });
  });
});

describe('endpoints', () => {
  // kube-api F-184, F-185
  test.each([
    ['the main resource', '', { hasStatus: true, custom: true }, ['f:status']],
    ['one without status', '', { hasStatus: false, custom: true }, []],
    ['the status of a custom resource', 'status', { hasStatus: true, custom: true }, ['f:metadata', 'f:spec']],
    ['the status of a built-in', 'status', { hasStatus: true, custom: false }, ['f:spec']],
  ])('%s ignores %s', (_, subresource, kind, want) => {
    expect([...resetFieldsOf({ group: 'g', kind: 'K', subresource, ...kind }).keys()]).toEqual(want);
  });

  // kube-api F-184
  test('what is ignored is not owned and causes no conflict', () => {
    const resetFields = resetFieldsOf({
      group: 'example.org',
      kind: 'Widget',
      subresource: '',
      custom: true,
      hasStatus: true,
    });
    const object = custom(size).apply('alpha', { ...spec({ size: 1 }), status: { phase: 'up' } }, { resetFields });
    object.apply('beta', { ...spec({ size: 1 }), status: { phase: 'down' } }, { resetFields });
    expect(object.owners).toEqual({ alpha: { 'f:spec': { 'f:size': {} } }, beta: { 'f:spec': { 'f:size': {} } } });
  });
});

import { deducedSchema, type Schema } from '@sluice/kube-schema';
import { describe, expect, test } from 'vitest';
import { conflict, items, keyedList, pod, spec } from './test/manifests.ts';
import { builtin, custom, TrackedObject } from './test/tracked-object.ts';

describe('lists', () => {
  const names = ({ live }: { live: Record<string, unknown> | undefined }) => {
    const { items: found } = live!.spec as { items: { name: string }[] };
    return found.map(({ name }) => name);
  };
  const list = (...wanted: string[]) => spec({ items: wanted.map((name) => ({ name })) });

  // kube-api F-171
  test('an applier removes its own item only', () => {
    const object = custom({ items }).apply('alpha', list('a')).apply('beta', list('b', 'c'));
    object.apply('alpha', list());
    expect(names(object)).toEqual(['b', 'c']);
  });

  // kube-api F-172
  test('an item that somebody has a leaf in stays with its key and that leaf', () => {
    const object = custom({ items }).apply('alpha', spec({ items: [{ name: 'a', x: '1' }] }));
    object.apply('beta', spec({ items: [{ name: 'a', y: '2' }] })).apply('alpha', spec({ items: [] }));
    expect(object.live?.spec).toEqual({ items: [{ name: 'a', y: '2' }] });
  });

  // kube-api F-173
  test.each<[string[], string[], string[], string[], string[]?]>([
    [['b', 'a'], ['a', 'b'], [], ['b', 'a']],
    [['b', 'a'], ['a', 'b'], ['x'], ['b', 'x', 'a']],
    [['n', 'b', 'a'], ['b', 'a'], ['x'], ['n', 'b', 'x', 'a'], ['b', 'x', 'a']],
    [['b', 'm', 'a'], ['b', 'a'], ['x'], ['b', 'x', 'm', 'a'], ['b', 'x', 'a']],
    [['a'], ['a', 'b'], ['x'], ['x', 'a'], ['b', 'x', 'a']],
    [['a', 'z'], ['a'], ['x'], ['x', 'a', 'z'], ['x', 'a']],
    [['a', 'c'], ['a', 'c'], ['b'], ['a', 'b', 'c'], ['a', 'b', 'c']],
  ])('applied %j after %j, with %j of another', (applied, before, others, want, live) => {
    const object = custom({ items }).apply('alpha', list(...before));
    if (others.length > 0) object.apply('beta', list(...others));
    // An order that came about earlier: nobody's ownership changes by it.
    if (live !== undefined) object.live = { ...object.live, spec: { items: live.map((name) => ({ name })) } };
    expect(names(object.apply('alpha', list(...applied)))).toEqual(want);
  });

  // kube-api F-215
  test('another order alone is a change', () => {
    const object = custom({ items }).apply('alpha', list('a', 'b'));
    expect(object.apply('alpha', list('b', 'a')).changed).toBe(true);
    expect(object.apply('alpha', list('b', 'a')).changed).toBe(false);
  });

  // kube-api F-175
  test('a default completes the key, and is not owned', () => {
    const object = builtin('v1', 'Service').apply('alpha', spec({ ports: [{ port: 80 }] }));
    expect(object.owners.alpha).toEqual({
      'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } },
    });
  });

  // kube-api F-176
  test('items that an update doubled give way to the applied one', () => {
    const env = (values: string[]) =>
      pod({ containers: [{ name: 'c', env: values.map((value) => ({ name: 'E', value })) }] });
    const object = builtin('v1', 'Pod').update('upd', env(['1', '2']));
    object.apply('alpha', env(['3']), { force: true });
    expect(object.live?.spec).toEqual({ containers: [{ name: 'c', env: [{ name: 'E', value: '3' }] }] });
  });

  // kube-api F-178
  test('appliers of a set own their items', () => {
    const finalizers = (...wanted: string[]) => ({ metadata: { name: 'a', finalizers: wanted } });
    const object = builtin('v1', 'ConfigMap').apply('alpha', finalizers('a/a')).apply('beta', finalizers('b/b'));
    expect(object.live?.metadata).toMatchObject({ finalizers: ['a/a', 'b/b'] });
    expect(object.apply('alpha', finalizers()).live?.metadata).toMatchObject({ finalizers: ['b/b'] });
    expect(object.owners).toEqual({ beta: { 'f:metadata': { 'f:finalizers': { 'v:"b/b"': {} } } } });
  });

  // kube-api F-179
  test('an atomic list is one field', () => {
    const args = (...wanted: string[]) => pod({ containers: [{ name: 'c', args: wanted }] });
    const object = builtin('v1', 'Pod').apply('alpha', args('a'));
    expect(conflict(() => object.apply('beta', args('b'))).message).toContain('.spec.containers[name="c"].args');
    object.apply('beta', args('b'), { force: true });
    expect(object.live?.spec).toEqual({ containers: [{ name: 'c', args: ['b'] }] });
  });

  // kube-api F-199
  test('of custom resources: no list type is atomic, sets of scalars, two keys with a default', () => {
    const object = custom({
      plain: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
      set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      ports: keyedList({ port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } }, [
        'port',
        'protocol',
      ]),
    });
    object.apply('alpha', spec({ plain: [{ a: '1' }], set: ['x'], ports: [{ port: 80 }] }));
    expect(object.owners.alpha).toEqual({
      'f:spec': {
        'f:plain': {},
        'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
        'f:set': { 'v:"x"': {} },
      },
    });
  });
});

describe('maps', () => {
  // kube-api F-180
  test('an atomic map is one field', () => {
    const object = builtin('v1', 'Pod').apply('alpha', pod({ nodeSelector: { a: '1' } }));
    const write = () => object.apply('beta', pod({ nodeSelector: { b: '1' } }));
    expect(conflict(write).causes.map(({ field }) => field)).toEqual(['.spec.nodeSelector']);
  });

  // kube-api F-200
  test('what is kept without a schema merges by key, its lists are atomic', () => {
    const object = custom({ free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } });
    object.apply('alpha', spec({ free: { m: { n: 1 }, l: [1] } }));
    expect(object.owners.alpha).toEqual({
      'f:spec': { 'f:free': { 'f:l': {}, 'f:m': { '.': {}, 'f:n': {} } } },
    });
    object.apply('beta', spec({ free: { m: { o: 2 } } }));
    expect(object.live?.spec).toEqual({ free: { m: { n: 1, o: 2 }, l: [1] } });
    expect(() => object.apply('beta', spec({ free: { l: [2] } }))).toThrow('.spec.free.l');
  });

  // kube-api F-201
  test('the metadata of an embedded resource merges by key', () => {
    const embedded = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    };
    const object = custom({ template: embedded });
    const template = (labels: Record<string, string>) => spec({ template: { metadata: { labels } } });
    object.apply('alpha', template({ a: '1' })).apply('beta', template({ b: '1' }));
    expect(object.live?.spec).toEqual({ template: { metadata: { labels: { a: '1', b: '1' } } } });
  });

  // kube-api F-202, F-203
  test.each([
    ['int-or-string', { 'x-kubernetes-int-or-string': true }, 80, '80'],
    ['quantity', { 'x-kubernetes-int-or-string': true }, '1', '1000m'],
  ])('%s: another spelling is another value', (_, schema, live, applied) => {
    const object = custom({ value: schema }).apply('alpha', spec({ value: live }));
    expect(() => object.apply('beta', spec({ value: applied }))).toThrow('.spec.value');
  });
});

describe('versions', () => {
  const size = { size: { type: 'integer' } };

  // kube-api F-195
  test('an applier keeps one entry across versions, and removes by leaving out', () => {
    const object = custom(size, { 'example.org/v2': size }).apply('alpha', spec({ size: 1 }));
    object.apply('alpha', spec({ size: 1 }), { apiVersion: 'example.org/v2' });
    expect(object.entries.map(({ apiVersion }) => apiVersion)).toEqual(['example.org/v2']);
    expect(
      object.apply('alpha', { metadata: { name: 'w' } }, { apiVersion: 'example.org/v2' }).live,
    ).not.toHaveProperty('spec');
  });

  // kube-api F-198
  test('atomic to map: the owner keeps the node, new applies merge by key', () => {
    const { 'x-kubernetes-list-type': _, ...atomic } = items;
    const before = custom({ items: atomic }).apply('alpha', spec({ items: [{ name: 'a' }] }));
    const object = custom({ items });
    object.live = before.live;
    object.apply('beta', spec({ items: [{ name: 'b' }] }));
    expect(object.live?.spec).toEqual({ items: [{ name: 'a' }, { name: 'b' }] });
    expect(object.owners.alpha).toEqual({ 'f:spec': { 'f:items': {} } });
  });

  // kube-api F-198
  test('map to atomic: the entry is rewritten to the node', () => {
    const { 'x-kubernetes-list-type': _, ...atomic } = items;
    const object = custom({ items: atomic });
    object.live = custom({ items }).apply('alpha', spec({ items: [{ name: 'a' }] })).live;
    object.apply('beta', { metadata: { name: 'w', labels: { a: 'b' } } });
    expect(object.owners.alpha).toEqual({ 'f:spec': { 'f:items': {} } });
    expect(() => object.apply('beta', spec({ items: [{ name: 'b' }] }))).toThrow('.spec.items');
  });

  // kube-api F-197
  test('a version that is gone makes every apply fail where the server says so, else its entries go', () => {
    const entry = {
      manager: 'a',
      operation: 'Apply',
      apiVersion: 'example.org/v0',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:size': {} } },
    };
    const live = { metadata: { name: 'w', managedFields: [entry] }, spec: { size: 1 } };
    const object = custom(size);
    object.live = { apiVersion: 'example.org/v1', kind: 'Widget', ...live };
    expect(Object.keys(object.apply('beta', spec({ size: 1 })).owners)).toEqual(['beta']);
    const strict = new TrackedObject({ schemaOf: refuse, convert: (o) => o }, { kind: 'Widget' }, 'example.org/v1');
    strict.live = { apiVersion: 'example.org/v1', kind: 'Widget', ...live };
    expect(() => strict.apply('beta', spec({ size: 1 }))).toThrow(
      'request to convert CR to an invalid group/version: example.org/v0',
    );
  });

  function refuse(apiVersion: string): Schema {
    if (apiVersion === 'example.org/v1') return deducedSchema;
    throw new Error(`request to convert CR to an invalid group/version: ${apiVersion}`);
  }
});

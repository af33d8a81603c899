import { describe, expect, test } from 'vitest';
import { conflict, data, items, pod, spec } from './test/manifests.ts';
import { builtin, custom } from './test/tracked-object.ts';
import { TypingError } from './validate.ts';

describe('one applier', () => {
  // kube-api F-153
  test('owns the leaves of what it creates, and nothing of what identifies it', () => {
    const { entries } = builtin('v1', 'ConfigMap').apply('alpha', data({ k: '1' }));
    expect(entries).toEqual([
      {
        manager: 'alpha',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2026-11-21T12:00:01Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:k': {} } },
      },
    ]);
  });

  // kube-api F-154, F-215
  test('changes nothing by applying the same again', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ k: '1' }));
    const before = object.live;
    expect(object.apply('alpha', data({ k: '1' })).changed).toBe(false);
    expect(object.live).toEqual(before);
  });

  // kube-api F-167, F-161
  test('removes what it leaves out', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ k: '1', l: '2' }));
    object.apply('alpha', data({ l: '2' }));
    expect(object.live?.data).toEqual({ l: '2' });
    expect(object.owners).toEqual({ alpha: { 'f:data': { 'f:l': {} } } });
  });

  test('goes when it applies nothing but identity', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ k: '1' }));
    object.apply('alpha', { metadata: { name: 'a', namespace: 'ns' } });
    expect(object.live).not.toHaveProperty('data');
    expect(object.entries).toEqual([]);
  });

  // kube-api F-182
  test('owns an empty map apart from an absent one', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', { metadata: { name: 'a', labels: { x: '1' } } });
    object.apply('beta', { metadata: { name: 'a', labels: {} } });
    expect(object.owners.beta).toEqual({ 'f:metadata': { 'f:labels': {} } });
    expect(object.live?.metadata).toMatchObject({ labels: { x: '1' } });
  });

  // kube-api F-183
  test('owns an explicit null', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ k: null }));
    expect(object.live?.data).toEqual({ k: null });
    expect(object.owners).toEqual({ alpha: { 'f:data': { 'f:k': {} } } });
  });

  // kube-api F-192
  test('owns generateName like any other field', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({}));
    object.apply('beta', { metadata: { generateName: 'a-' } });
    expect(object.owners.beta).toEqual({ 'f:metadata': { 'f:generateName': {} } });
  });
});

describe('typing', () => {
  // kube-api F-158, F-159, F-176, F-177, F-178, F-174
  test.each([
    ['unknown field', { bogus: 1 }, '.bogus: field not declared in schema'],
    ['number for a string', { data: { k: 1 } }, '.data.k: expected string, got &value.valueUnstructured{Value:1}'],
    ['scalar for a map', { data: 5 }, '.data: expected map, got &{5}'],
    [
      'set with a duplicate',
      { metadata: { name: 'a', namespace: 'ns', finalizers: ['a/a', 'a/a'] } },
      '.metadata.finalizers: duplicate entries for key [="a/a"]',
    ],
  ])('%s', (_, fields, problem) => {
    const write = () => builtin('v1', 'ConfigMap').apply('alpha', { ...data({}), ...fields });
    expect(write).toThrow(
      new TypingError(`failed to create typed patch object (ns/a; /v1, Kind=ConfigMap): ${problem}`),
    );
  });

  test.each([
    [
      'string for a number',
      { activeDeadlineSeconds: 'x' },
      '.spec.activeDeadlineSeconds: expected numeric (int or float), got string',
    ],
    [
      'one container twice',
      { containers: [{ name: 'a' }, { name: 'a' }] },
      '.spec.containers: duplicate entries for key [name="a"]',
    ],
    [
      'a port twice, once by its default protocol',
      { containers: [{ name: 'a', ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'TCP' }] }] },
      '.spec.containers[name="a"].ports: duplicate entries for key [containerPort=53,protocol="TCP"]',
    ],
  ])('of a pod: %s', (_, podSpec, problem) => {
    expect(() => builtin('v1', 'Pod').apply('alpha', pod(podSpec))).toThrow(
      new TypingError(`failed to create typed patch object (ns/p; /v1, Kind=Pod): ${problem}`),
    );
  });

  test('lists several problems', () => {
    const write = () => builtin('v1', 'ConfigMap').apply('alpha', data({ k: 1, l: true }));
    expect(write).toThrow('ConfigMap): errors:\n  .data.k: expected string');
  });

  // kube-api F-177
  test('an item without any key field', () => {
    expect(() => custom({ items }).apply('alpha', spec({ items: [{ x: '1' }] }))).toThrow(
      '.spec.items: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    );
  });

  // kube-api F-177
  test('a container without name passes, for validation to refuse', () => {
    expect(builtin('v1', 'Pod').apply('alpha', pod({ containers: [{ image: 'x' }] })).owners.alpha).toEqual({
      'f:spec': { 'f:containers': { 'k:{"name":""}': { '.': {}, 'f:image': {} } } },
    });
  });

  // kube-api F-174
  test('one port number with two protocols is two items', () => {
    const ports = [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }];
    const object = builtin('v1', 'Pod').apply('alpha', pod({ containers: [{ name: 'a', ports }] }));
    expect(object.live?.spec).toEqual({ containers: [{ name: 'a', ports }] });
  });
});

describe('two managers', () => {
  // kube-api F-160, F-181
  test('own different fields side by side', () => {
    const object = builtin('v1', 'ConfigMap')
      .apply('alpha', data({ a: '1' }))
      .apply('beta', data({ b: '2' }));
    expect(object.live?.data).toEqual({ a: '1', b: '2' });
    expect(object.owners).toEqual({ alpha: { 'f:data': { 'f:a': {} } }, beta: { 'f:data': { 'f:b': {} } } });
    expect(object.apply('alpha', data({})).live?.data).toEqual({ b: '2' });
  });

  // kube-api F-161, F-194
  test('share a field of one value until both leave it out', () => {
    const object = builtin('v1', 'ConfigMap')
      .apply('alpha', data({ a: '1' }))
      .apply('beta', data({ a: '1' }));
    expect(object.entries.map(({ manager, time }) => [manager, time])).toEqual([
      ['beta', undefined], // nothing changed by its apply
      ['alpha', '2026-11-21T12:00:01Z'],
    ]);
    expect(object.apply('alpha', { metadata: { name: 'a' } }).live?.data).toEqual({ a: '1' });
    expect(object.apply('beta', { metadata: { name: 'a' } }).live).not.toHaveProperty('data');
  });

  // kube-api F-162
  test('conflict over a value', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ a: '1' }));
    const error = conflict(() => object.apply('beta', data({ a: '2' })));
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "alpha": .data.a');
    expect(error.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "alpha"', field: '.data.a' },
    ]);
    expect(object.live?.data).toEqual({ a: '1' });
  });

  // kube-api F-163 and the example of §7.6
  test('conflicts with several are told in blocks by manager, causes by path', () => {
    const object = builtin('v1', 'ConfigMap').update('upd', data({ k: '1' }));
    object.update('upd2', data({ k: '1', j: '1' }));
    const error = conflict(() => object.apply('alpha', data({ k: '2', j: '2' })));
    expect(error.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "upd" using v1:\n- .data.k\nconflicts with "upd2" using v1:\n- .data.j',
    );
    expect(error.causes.map(({ message, field }) => [message, field])).toEqual([
      ['conflict with "upd2" using v1', '.data.j'],
      ['conflict with "upd" using v1', '.data.k'],
    ]);
  });

  // kube-api F-164
  test('force takes the field, and an entry without fields is gone', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ a: '1' }));
    object.apply('beta', data({ a: '2' }), { force: true });
    expect(object.live?.data).toEqual({ a: '2' });
    expect(object.owners).toEqual({ beta: { 'f:data': { 'f:a': {} } } });
  });

  // kube-api F-186
  test('of one name on two endpoints have two entries', () => {
    const object = custom({ size: { type: 'integer' } }).apply('alpha', spec({ size: 1 }));
    object.apply('alpha', { metadata: { name: 'w' }, status: { phase: 'up' } }, { subresource: 'status' });
    expect(Object.keys(object.owners)).toEqual(['alpha', 'alpha/status']);
    const write = () => object.apply('beta', { status: { phase: 'down' } }, { subresource: 'status' });
    expect(conflict(write).message).toContain('"alpha" with subresource "status": .status.phase');
  });

  // kube-api F-213
  test('twenty on distinct keys', () => {
    const object = builtin('v1', 'ConfigMap');
    for (let i = 0; i < 20; i += 1) object.apply(`m${i}`, data({ [`k${i}`]: 'v' }));
    expect(object.entries).toHaveLength(20);
    expect(Object.keys(object.live?.data as object)).toHaveLength(20);
  });
});

describe('appliers and updaters', () => {
  // kube-api F-165
  test('an updater takes what it changes, and the applier conflicts with it', () => {
    const object = builtin('v1', 'ConfigMap')
      .apply('alpha', data({ a: '1' }))
      .update('upd', data({ a: '2' }));
    expect(object.owners).toEqual({ upd: { 'f:data': { 'f:a': {} } } });
    const error = conflict(() => object.apply('alpha', data({ a: '1' })));
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "upd" using v1: .data.a');
    object.apply('alpha', data({ a: '1' }), { force: true });
    expect(object.owners).toEqual({ alpha: { 'f:data': { 'f:a': {} } } });
  });

  // kube-api F-166
  test('what an updater removes comes back without a conflict', () => {
    const object = builtin('v1', 'ConfigMap')
      .apply('alpha', data({ a: '1', b: '1' }))
      .update('upd', data({ b: '1' }));
    expect(object.owners).toEqual({ alpha: { 'f:data': { 'f:b': {} } } });
    expect(object.apply('alpha', data({ a: '1', b: '1' })).live?.data).toEqual({ b: '1', a: '1' });
  });

  // kube-api F-168
  test('an applier that leaves out what an updater wrote leaves it there', () => {
    const object = builtin('v1', 'ConfigMap').apply('alpha', data({ a: '1', b: '1' }));
    object.update('upd', data({ a: '2', b: '1' }));
    object.apply('alpha', data({ b: '1' }));
    expect(object.live?.data).toEqual({ a: '2', b: '1' });
  });

  // kube-api F-169, F-369
  test('an object that nobody tracked belongs to before-first-apply', () => {
    const object = builtin('v1', 'ConfigMap');
    object.live = { apiVersion: 'v1', kind: 'ConfigMap', ...data({ a: '1' }) };
    expect(conflict(() => object.apply('alpha', data({ a: '2' }))).message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
    object.apply('alpha', data({ a: '1' }));
    expect(object.entries.map(({ manager, operation, time }) => [manager, operation, time])).toEqual([
      ['alpha', 'Apply', undefined],
      ['before-first-apply', 'Update', '2026-11-21T12:00:02Z'],
    ]);
    expect(object.owners['before-first-apply']).toEqual({ 'f:data': { '.': {}, 'f:a': {} } });
  });
});

import { corpusMissing, corpusPath } from '@sluice/testkit';
import { readFileSync } from 'node:fs';
import { schemaOf, type JsonObject, type Schema } from '@sluice/kube-schema';
import { describe, expect, test } from 'vitest';
import { PatchError } from '../error.ts';
import { applyStrategicMergePatch } from './merge.ts';

function merged(apiVersion: string, kind: string, document: JsonObject, patch: JsonObject): JsonObject {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return applyStrategicMergePatch(document, patch, schemaOf({ group, version, kind })!);
}

const pod = (document: JsonObject, patch: JsonObject) =>
  merged('v1', 'Pod', { spec: document }, { spec: patch }).spec as JsonObject;
const deployment = (document: JsonObject, patch: JsonObject) =>
  merged('apps/v1', 'Deployment', { spec: document }, { spec: patch }).spec as JsonObject;
const finalizers = (live: string[], patch: JsonObject) =>
  merged('v1', 'ConfigMap', { metadata: { finalizers: live } }, { metadata: patch }).metadata as JsonObject;
const containers = (...names: string[]) => names.map((name) => ({ name }));

describe('containers', () => {
  // kube-api C-90
  test('change by name', () => {
    const live = {
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1' },
      ],
    };
    expect(pod(live, { containers: [{ name: 'b', image: '2' }] })).toEqual({
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '2' },
      ],
    });
  });

  // kube-api C-363 and the last row of §4.1
  test.each([
    [['a', 'b'], ['c'], ['c', 'a', 'b']],
    [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'b', 'c'],
    ],
    [
      ['a', 'b'],
      ['c', 'b'],
      ['c', 'a', 'b'],
    ],
    [
      ['a', 'b'],
      ['b', 'a', 'c'],
      ['b', 'a', 'c'],
    ],
  ])('live %j, patch %j gives %j', (live, patch, want) => {
    expect(pod({ containers: containers(...live) }, { containers: containers(...patch) })).toEqual({
      containers: containers(...want),
    });
  });

  // kube-api C-91, §4.1
  test('take the order that is asked for', () => {
    const patch = { '$setElementOrder/containers': containers('b', 'c'), containers: containers('c') };
    expect(pod({ containers: containers('a', 'b') }, patch)).toEqual({ containers: containers('a', 'b', 'c') });
  });

  // As apimachinery v0.36.3 does: the added item takes the place that the deleted one left in the live list.
  test('with an order put an added item where a deleted one was', () => {
    const patch = {
      '$setElementOrder/containers': containers('c', 'd'),
      containers: [{ name: 'b', $patch: 'delete' }, { name: 'c' }],
    };
    expect(pod({ containers: containers('a', 'b') }, patch)).toEqual({ containers: containers('a', 'c') });
  });

  // kube-api C-91
  test('go by $patch', () => {
    const live = { containers: containers('a', 'b') };
    expect(pod(live, { containers: [{ name: 'a', $patch: 'delete' }] })).toEqual({ containers: containers('b') });
    expect(pod(live, { containers: [{ $patch: 'replace' }, { name: 'c' }] })).toEqual({ containers: containers('c') });
  });
});

describe('maps', () => {
  // kube-api C-91
  test('go by $patch', () => {
    const live = { securityContext: { runAsUser: 1, fsGroup: 2 } };
    expect(pod(live, { securityContext: { $patch: 'replace', runAsUser: 3 } })).toEqual({
      securityContext: { runAsUser: 3 },
    });
    expect(pod(live, { securityContext: { $patch: 'delete' } })).toEqual({ securityContext: {} });
  });

  test('lose keys that are null, new ones their nulls', () => {
    expect(pod({ nodeName: 'n', hostname: 'h' }, { nodeName: null, securityContext: { fsGroup: null } })).toEqual({
      hostname: 'h',
      securityContext: {},
    });
  });

  // kube-api C-91
  test('keep what $retainKeys lists', () => {
    const live = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    expect(deployment(live, { strategy: { $retainKeys: ['type'], type: 'Recreate' } })).toEqual({
      strategy: { type: 'Recreate' },
    });
  });

  // kube-api C-94
  test('a volume changes its source with $retainKeys, and has two without', () => {
    const live = { volumes: [{ name: 'v', configMap: { name: 'c' } }] };
    const volume = { name: 'v', secret: { secretName: 's' } };
    expect(pod(live, { volumes: [{ $retainKeys: ['name', 'secret'], ...volume }] })).toEqual({ volumes: [volume] });
    expect(pod(live, { volumes: [volume] })).toEqual({ volumes: [{ ...volume, configMap: { name: 'c' } }] });
  });

  // Appendix B: PDB.spec.selector is replaced
  test('with strategy replace are replaced', () => {
    const result = merged(
      'policy/v1',
      'PodDisruptionBudget',
      { spec: { selector: { matchLabels: { a: '1' } } } },
      { spec: { selector: { matchLabels: { b: '1' } } } },
    );
    expect(result).toEqual({ spec: { selector: { matchLabels: { b: '1' } } } });
  });
});

describe('lists of scalars', () => {
  // kube-api C-363
  test('unite, the patch first', () => {
    expect(finalizers(['a', 'b'], { finalizers: ['c', 'a'] })).toEqual({ finalizers: ['c', 'a', 'b'] });
  });

  // kube-api C-91
  test('lose what $deleteFromPrimitiveList names', () => {
    expect(finalizers(['a', 'b'], { '$deleteFromPrimitiveList/finalizers': ['a', 'x'] })).toEqual({
      finalizers: ['b'],
    });
  });

  test('without a strategy are replaced', () => {
    expect(pod({ containers: [{ name: 'a', args: ['1'] }] }, { containers: [{ name: 'a', args: ['2'] }] })).toEqual({
      containers: [{ name: 'a', args: ['2'] }],
    });
  });
});

// kube-api C-93
test('ports merge by their number alone', () => {
  const live = { ports: [{ port: 53, protocol: 'TCP' }] };
  const result = merged('v1', 'Service', { spec: live }, { spec: { ports: [{ port: 53, protocol: 'UDP' }] } });
  expect(result).toEqual({ spec: { ports: [{ port: 53, protocol: 'UDP' }] } });
});

// kube-api C-92 and the texts of §4.1
test.each([
  [
    'an item without key',
    { containers: [{ image: 'q' }] },
    'failed',
    'map: map[image:q] does not contain declared merge key: name',
  ],
  [
    'an unknown directive',
    { securityContext: { $patch: 'foo' } },
    'failed',
    'unknown patch type: foo in map: map[$patch:foo]',
  ],
  [
    'an order without a patch item',
    { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b', image: 'z' }] },
    'failed',
    "The order in patch list:\n[map[image:z name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
  ],
  [
    'an order that is no list',
    { '$setElementOrder/containers': 'a' },
    'failed',
    'expected a []interface {}, but received a string',
  ],
  [
    'a key that is not retained',
    { securityContext: { $retainKeys: ['fsGroup'], runAsUser: 1 } },
    'format',
    'invalid patch format of retainKeys',
  ],
] as const)('%s is refused', (_, patch, problem, message) => {
  const live = { containers: containers('a'), securityContext: { fsGroup: 1 } };
  expect(() => pod(live, patch)).toThrow(new PatchError(problem, message));
  try {
    pod(live, patch);
  } catch (error) {
    expect((error as PatchError).problem).toBe(problem);
  }
});

test('nothing is known of how the values of a free map merge', () => {
  const values: Schema = { map: { atomic: false, fields: new Map(), values: { scalar: 'string' } } };
  const schema: Schema = { map: { atomic: false, fields: new Map(), values } };
  expect(applyStrategicMergePatch({ a: { x: '1' } }, { b: { y: '2' } }, schema)).toEqual({
    a: { x: '1' },
    b: { y: '2' },
  });
  expect(() => applyStrategicMergePatch({ a: { x: '1' } }, { a: { y: '2' } }, schema)).toThrow(
    'merging an object in json but data type is not struct, instead is: map',
  );
});

test('every recorded merge leaves document and patch as they were', ({ skip }) => {
  const file = corpusPath('vectors/smp-local.json');
  if (file === undefined) return skip(corpusMissing);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
    cases: { input: { object: JsonObject & { apiVersion: string; kind: string }; patch: JsonObject } }[];
  };
  for (const { input } of cases) {
    const before = JSON.stringify(input);
    try {
      merged(input.object.apiVersion, input.object.kind, input.object, input.patch);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
    }
    expect(JSON.stringify(input)).toBe(before);
  }
});

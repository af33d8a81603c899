import { describe, expect, test } from 'vitest';
import { build, buildError, buildText, configMap } from './testing.ts';

const three = `${configMap('b')}---\n{apiVersion: v1, kind: Namespace, metadata: {name: n}}\n---\n${configMap('a')}`;
const files = (kustomization: string, resources = three) => ({
  'kustomization.yaml': `resources: [r.yaml]\n${kustomization}`,
  'r.yaml': resources,
});
const names = (kustomization: string, options = {}) =>
  build(files(kustomization), options).resources.map(({ name }) => name);

describe('order', () => {
  test('is by kind and name, or as it came', () => {
    // engine 84
    expect(names('')).toEqual(['n', 'a', 'b']);
    expect(names('', { reorder: 'none' })).toEqual(['b', 'n', 'a']);
    expect(names('sortOptions: {order: fifo}\n')).toEqual(['b', 'n', 'a']);
    expect(names('sortOptions: {order: legacy}\n', { reorder: 'none' })).toEqual(['n', 'a', 'b']);
    expect(
      names('sortOptions: {order: legacy, legacySortOptions: {orderFirst: [ConfigMap], orderLast: []}}\n'),
    ).toEqual(['a', 'b', 'n']);
  });

  test('of a base counts for nothing', () => {
    const layered = {
      'o/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [r.yaml]\nsortOptions: {order: fifo}\n',
      'b/r.yaml': three,
    };
    expect(build(layered).resources.map(({ name }) => name)).toEqual(['n', 'a', 'b']);
  });

  test.each([
    ['sortOptions: {order: random}\n', "the field 'sortOptions.order' must be one of [fifo, legacy]"],
    [
      'sortOptions: {order: fifo, legacySortOptions: {orderFirst: []}}\n',
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    ],
  ])('%s is refused', (text, problem) => expect(buildError(files(text))).toBe(problem));
});

test.each([
  // engine 85
  ['"true"', 0],
  ['"false"', 1],
  ['', 0],
])('local-config %s leaves %i objects', (value, count) => {
  const object = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/local-config: ${value}\n`;
  expect(build(files('', object)).resources).toHaveLength(count);
});

describe('annotations', () => {
  test('of the engine are removed, the others become strings', () => {
    // engine 86
    const object = `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  labels: {}
  annotations: {internal.config.kubernetes.io/path: p, config.kubernetes.io/origin: o, x: 1.50, y: ~, z: 2020-01-01}
`;
    expect(buildText(files('', object))).toBe(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    x: "1.50"\n    "y": "~"\n    z: "2020-01-01"\n  labels: {}\n  name: a\n',
    );
  });

  test('on origins and transformers come on request', () => {
    const text = buildText(
      files('namePrefix: p-\nbuildMetadata: [originAnnotations, transformerAnnotations]\n', configMap('a')),
    );
    expect(text).toContain(
      `    alpha.config.kubernetes.io/transformations: |
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: PrefixTransformer
    config.kubernetes.io/origin: |
      path: r.yaml
`,
    );
  });

  test('the managed-by label comes on request', () => {
    expect(buildText(files('buildMetadata: [managedByLabel]\n', configMap('a')))).toContain(
      'app.kubernetes.io/managed-by: kustomize-v5.8.1\n',
    );
  });
});

describe('the schema of openapi', () => {
  const widget = (list: string) => `{apiVersion: e.org/v1, kind: Widget, metadata: {name: w}, list: ${list}}\n`;
  const schema = JSON.stringify({
    definitions: {
      Widget: {
        properties: {
          list: {
            type: 'array',
            'x-kubernetes-patch-strategy': 'merge',
            'x-kubernetes-patch-merge-key': 'id',
            items: { type: 'object' },
          },
        },
        'x-kubernetes-group-version-kind': [{ group: 'e.org', version: 'v1', kind: 'Widget' }],
      },
    },
  });
  const merged = (openapi: string) =>
    buildText({
      ...files(`${openapi}patches: [{path: p.yaml}]\n`, widget('[{id: a, x: 1}]')),
      'p.yaml': widget('[{id: a, z: 2}]'),
      's.json': schema,
    });

  test('gives lists of other kinds their keys', () => {
    // engine 48
    expect(merged('')).toContain('list:\n- id: a\n  z: 2\n');
    expect(merged('openapi: {path: s.json}\n')).toContain('list:\n- id: a\n  x: 1\n  z: 2\n');
  });

  test.each([
    ['openapi: {path: s.json, version: v1.21.2}\n', 'builtin version and custom schema provided, cannot use both'],
    ['openapi: {version: v1.99.0}\n', 'the specified OpenAPI version is not built in'],
  ])('%s is refused', (text, problem) => expect(buildError({ ...files(text), 's.json': schema })).toBe(problem));
});

test('the same input gives the same bytes, also in turns with another build', () => {
  // engine 88
  const input = files('namePrefix: p-\ncommonLabels: {a: x}\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n');
  const first = buildText(input);
  const [one, other] = [build(input), build(files('namePrefix: q-\n'))];
  expect([one.toYaml(), other.toYaml(), one.toYaml()]).toEqual([first, buildText(files('namePrefix: q-\n')), first]);
});

test('deleting the last object leaves nothing', () => {
  // engine 60
  expect(
    buildText(
      files(
        'patches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, $patch: delete}"}]\n',
        configMap('a'),
      ),
    ),
  ).toBe('');
});

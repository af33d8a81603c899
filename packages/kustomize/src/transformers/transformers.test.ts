import { describe, expect, test } from 'vitest';
import { build, buildError, buildText, configMap } from '../testing.ts';
import { splitImage } from './images.ts';

const files = (kustomization: string, resources: string) => ({
  'kustomization.yaml': `resources: [r.yaml]\n${kustomization}`,
  'r.yaml': resources,
});
const object = (apiVersion: string, kind: string, rest = '') =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: x}${rest}}\n`;
const ids = (text: { resources: readonly { kind: string; namespace: string; name: string }[] }) =>
  text.resources.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

describe('namespace', () => {
  test('is set on all kinds that may have one', () => {
    // engine 73
    const result = build(
      files(
        'namespace: n1\n',
        [
          object('v1', 'ConfigMap'),
          object('rbac.authorization.k8s.io/v1', 'ClusterRole'),
          object('cert-manager.io/v1', 'ClusterIssuer'),
          object('v1', 'Namespace'),
        ].join('---\n'),
      ),
    );
    expect(ids(result)).toEqual(
      ['Namespace /n1', 'ClusterRole /x', 'ConfigMap n1/x', 'ClusterIssuer n1/x'].sort(byOrder),
    );
  });

  test('reaches subjects named default only', () => {
    const binding = object(
      'rbac.authorization.k8s.io/v1',
      'RoleBinding',
      ', subjects: [{kind: ServiceAccount, name: default}, {kind: ServiceAccount, name: a, namespace: o}]',
    );
    expect(buildText(files('namespace: n1\n', binding))).toContain(
      'subjects:\n- kind: ServiceAccount\n  name: default\n  namespace: n1\n- kind: ServiceAccount\n  name: a\n  namespace: o\n',
    );
  });

  test('two objects in one place are a conflict', () => {
    const two = `${configMap('a')}---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: z}}\n`;
    expect(buildError(files('namespace: n1\n', two))).toContain(
      'namespace transformation produces ID conflict: [{"apiVersion":"v1"',
    );
  });
});

// The order of the output is another test's matter.
function byOrder(a: string, b: string): number {
  const order = ['Namespace', 'ClusterRole', 'ConfigMap', 'ClusterIssuer'];
  return order.indexOf(a.split(' ')[0] ?? '') - order.indexOf(b.split(' ')[0] ?? '');
}

test('prefixes leave CRDs, namespaces and API services alone', () => {
  // engine 74
  const kinds = [
    object('v1', 'ConfigMap'),
    object('v1', 'Namespace'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
  ];
  const result = build(files('namePrefix: p-\nnameSuffix: -s\n', kinds.join('---\n')));
  expect(ids(result).sort()).toEqual(['ConfigMap /p-x-s', 'CustomResourceDefinition /x', 'Namespace /x']);
});

describe('labels', () => {
  const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {metadata: {}}}\n';

  test.each([
    // engine 75
    ['commonLabels: {a: x}', { matchLabels: true, template: true }],
    ['labels: [{pairs: {a: x}, includeSelectors: true}]', { matchLabels: true, template: true }],
    ['labels: [{pairs: {a: x}, includeTemplates: true}]', { matchLabels: false, template: true }],
    ['labels: [{pairs: {a: x}}]', { matchLabels: false, template: false }],
  ])('%s', (text, want) => {
    const output = buildText(files(`${text}\n`, deployment));
    expect(output).toContain('metadata:\n  labels:\n    a: x\n');
    expect(output.includes('matchLabels:\n      a: x\n')).toBe(want.matchLabels);
    expect(output.includes('template:\n    metadata:\n      labels:\n        a: x\n')).toBe(want.template);
  });

  test('a conflicting create is refused', () => {
    const text =
      'labels: [{pairs: {a: x}, includeSelectors: true, fields: [{path: metadata/labels, create: false}]}]\n';
    expect(buildError(files(text, deployment))).toBe('failed to merge labels: conflicting fieldspecs');
  });

  test('places that got one label share it', () => {
    // engine 76
    const text = buildText({
      'o/kustomization.yaml':
        'resources: [../b]\npatches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, labels: {app: y1}}}"}]\n',
      'b/kustomization.yaml': 'resources: [r.yaml]\ncommonLabels: {app: x}\n',
      'b/r.yaml': deployment,
    });
    expect(text.match(/app: y1/g)).toHaveLength(3);
    expect(text).not.toContain('app: x');
  });
});

describe('images', () => {
  const pod = (image: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "${image}"}]}\n`;
  const imageOf = (entry: string, image: string) =>
    /image: (.*)/.exec(buildText(files(`images: [${entry}]\n`, pod(image))))?.[1];

  test.each([
    // engine 77
    ['{name: a, newTag: v2}', 'a:v1', 'a:v2'],
    ['{name: a, newTag: v2}', 'a@sha256:ff', 'a:v2'],
    ['{name: a, digest: "sha256:00"}', 'a:v1', 'a@sha256:00'],
    ['{name: a, newTag: v2, digest: "sha256:00"}', 'a', 'a:v2@sha256:00'],
    ['{name: a, newName: b}', 'a:v1@sha256:ff', 'b:v1@sha256:ff'],
    ['{name: a, tagSuffix: -x}', 'a:v1', 'a:v1-x-x'],
    ['{name: "r.io:5000/a", newTag: v2}', 'r.io:5000/a', 'r.io:5000/a:v2'],
    ['{name: "r.io/a", newTag: v2}', 'rxio/a', 'rxio/a:v2'],
    ['{name: a, newTag: v2}', 'b/a:v1', 'b/a:v1'],
    ['{name: a, newTag: v2}', 'a@sha512:ff', 'a@sha512:ff'],
  ])('%s over %s gives %s', (entry, image, want) => expect(imageOf(entry, image)).toBe(want));

  test('volumes have images too, CRDs do not', () => {
    const volume =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, image: {reference: "a:v1"}}]}\n';
    expect(buildText(files('images: [{name: a, newTag: v2}]\n', volume))).toContain('reference: a:v2');
    const crd = pod('a:v1').replace('v1\nkind: Pod', 'apiextensions.k8s.io/v1\nkind: CustomResourceDefinition');
    expect(buildText(files('images: [{name: a, newTag: v2}]\n', crd))).toContain('image: a:v1');
  });

  test('a colon before the first slash belongs to the host', () => {
    expect(splitImage('h:5000/a:v1@sha256:ff')).toEqual({ name: 'h:5000/a', tag: 'v1', digest: 'sha256:ff' });
  });
});

test('replicas find their object by any of its names', () => {
  // engine 78
  const layers = (name: string) => ({
    'o/kustomization.yaml': `resources: [../b]\nreplicas: [{name: ${name}, count: 3}]\n`,
    'b/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: p-\n',
    'b/r.yaml': object('example.org/v1', 'Deployment'),
  });
  expect(buildText(layers('x'))).toContain('replicas: 3');
  expect(buildText(layers('p-x'))).toContain('replicas: 3');
  expect(buildError(layers('nope'))).toBe(
    'resource with name nope does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]',
  );
});

describe('replacements', () => {
  const run = (
    replacement: string,
    target = '{v: old, list: [{name: web, x: 1}, {name: my-web-2, x: 2}], text: \'{"a": {"b": "c"}}\'}',
  ) =>
    files(
      `replacements:\n- ${replacement}\n`,
      `${configMap('src', '{host: h.example, part: a-b-c}')}---\n{apiVersion: e/v1, kind: T, metadata: {name: t}, spec: ${target}}\n`,
    );
  const to = (fields: string, options = '') => `targets: [{select: {kind: T}, fieldPaths: [${fields}]${options}}]`;
  const from = (path: string, options = '') => `source: {kind: ConfigMap, name: src, fieldPath: ${path}${options}}`;

  test.each([
    // engine 79
    [`{${from('data.host')}, ${to('spec.v')}}`, '  v: h.example\n'],
    [`{${from('data.part', ', options: {delimiter: "-", index: 1}')}, ${to('spec.v')}}`, '  v: b\n'],
    [`{${from('data.host')}, ${to('spec.v', ', options: {delimiter: "-", index: 5}')}}`, '  v: old-h.example\n'],
    [`{${from('data.host')}, ${to('spec.v', ', options: {delimiter: "-", index: -1}')}}`, '  v: h.example-old\n'],
    [
      `{${from('data.host')}, ${to('"spec.list.[name=web].new"', ', options: {create: true}')}}`,
      '    new: h.example\n    x: 2\n',
    ],
    [`{${from('data.host')}, ${to('spec.list.0.name')}}`, '  - name: h.example\n'],
    [`{${from('data.host')}, ${to('spec.list.*.name')}}`, '  - name: h.example\n    x: 2\n'],
    [`{${from('data.host')}, ${to('spec.text.a.b')}}`, '\'{"a":{"b":"h.example"}}\'\n'],
    [`{sourceValue: given, ${to('spec.v')}}`, '  v: given\n'],
    [`{${from('data')}, ${to('spec.list')}}`, '  list:\n    host: h.example\n    part: a-b-c\n'],
    [
      `{${from('data.host')}, ${to('"metadata.annotations.[a.b/c]"', ', options: {create: true}')}}`,
      '    a.b/c: h.example\n',
    ],
  ])('%s', (replacement, want) => expect(buildText(run(replacement))).toContain(want));

  test.each([
    [
      `{${from('data.nope')}, ${to('spec.v')}}`,
      'fieldPath `data.nope` is missing for replacement source ConfigMap.[noVer].[noGrp]/src.[noNs]',
    ],
    [`{source: {kind: Nope}, ${to('spec.v')}}`, 'nothing selected by Nope.[noVer].[noGrp]/[noName].[noNs]'],
    [`{source: {}, ${to('spec.v')}}`, 'multiple matches for selector [noKind].[noVer].[noGrp]/[noName].[noNs]'],
    [`{${from('data.host')}}`, 'replacements must specify a source and at least one target'],
    [`{${from('data.host')}, sourceValue: x, ${to('spec.v')}}`, 'value and resource selectors are mutually exclusive'],
    [`{${from('data.host')}, ${to('spec.nope')}}`, 'unable to find field "spec.nope" in replacement target'],
    [
      `{${from('data.host')}, ${to('spec.list.5.x')}}`,
      'unable to find field "spec.list.5.x" in replacement target: index 5 specified but only 2 elements found',
    ],
    [
      `{${from('data.part', ', options: {delimiter: "-", index: 9}')}, ${to('spec.v')}}`,
      'options.index 9 is out of bounds for value a-b-c',
    ],
  ])('%s is refused', (replacement, problem) => expect(buildError(run(replacement))).toBe(problem));

  test('a target is selected by regular expression and can be rejected', () => {
    const both = `{apiVersion: e/v1, kind: T, metadata: {name: t1}, v: a}\n---\n{apiVersion: e/v1, kind: T, metadata: {name: t2}, v: a}\n`;
    const text = buildText(
      files(
        'replacements: [{sourceValue: new, targets: [{select: {name: "t."}, reject: [{name: t2}], fieldPaths: [v]}]}]\n',
        both,
      ),
    );
    expect(text).toContain('name: t1\nv: new\n');
    expect(text).toContain('name: t2\nv: a\n');
  });
});

describe('vars', () => {
  const pod = (args: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, args: ${args}}]}\n---\n{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {port: 80, m: {a: b}}}\n`;
  const vars = (path: string) =>
    `vars: [{name: V, objref: {apiVersion: v1, kind: Service, name: s}, fieldref: {fieldPath: ${path}}}]\n`;
  const argsOf = (path: string, args: string) =>
    /args:\n([^]*?) {4}name: c/.exec(buildText(files(vars(path), pod(args))))?.[1];

  test.each([
    // engine 80
    ['spec.port', '[$(V)]', '    - 80\n'],
    ['spec.port', '["x$(V)y"]', '    - x80y\n'],
    ['metadata.name', '[$(V), $$(V), $(W)]', '    - s\n    - $(V)\n    - $(W)\n'],
    ['spec.m', '[$(V)]', '    - $(V)\n'],
  ])('%s in %s', (path, args, want) => expect(argsOf(path, args)).toBe(want));

  test('missing and doubled vars are refused, unused ones are warned about', () => {
    expect(buildError(files(vars('spec.nope'), pod('[a]')))).toBe(
      "field specified in var '{V Service.v1.[noGrp] {spec.nope}}' not found in corresponding resource",
    );
    expect(buildError(files(vars('spec.port').replace('name: s}', 'name: z}'), pod('[a]')))).toBe(
      "var '{V Service.v1.[noGrp] {spec.port}}' cannot be mapped to a field in the set of known resources",
    );
    expect(build(files(vars('spec.port'), pod('[a]'))).warnings).toContain(
      'well-defined vars that were never replaced: V',
    );
  });
});

describe('built-in plug-ins', () => {
  test('run inline and from files', () => {
    // engine 81
    const text = buildText({
      ...files(
        'transformers: [t.yaml, "{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: n}, prefix: p-, fieldSpecs: [{path: metadata/name}]}"]\n',
        configMap('a'),
      ),
      't.yaml':
        '{apiVersion: builtin, kind: LabelTransformer, metadata: {name: n}, labels: {l: v}, fieldSpecs: [{path: metadata/labels, create: true}]}',
    });
    expect(text).toContain('labels:\n    l: v\n  name: p-a\n');
  });

  test.each([
    ['{apiVersion: builtin, kind: Nope, metadata: {name: n}}', 'unable to load builtin Nope.builtin.[noGrp]'],
    [
      '{apiVersion: e/v1, kind: Foo, metadata: {name: n}}',
      "external plugins disabled; unable to load external plugin 'Foo'",
    ],
    [
      '{apiVersion: builtin, kind: SecretGenerator, metadata: {name: n}}',
      'plugin SecretGenerator.builtin.[noGrp]/n.[noNs] not a transformer',
    ],
  ])('%s is refused', (config, problem) =>
    expect(buildError(files(`transformers: ['${config}']\n`, configMap('a')))).toBe(problem),
  );

  test('a validator changes nothing', () => {
    const validator =
      '{apiVersion: builtin, kind: LabelTransformer, metadata: {name: n}, labels: {l: v}, fieldSpecs: [{path: metadata/labels, create: true}]}';
    expect(buildError(files(`validators: ['${validator}']\n`, configMap('a')))).toContain(
      "validator shouldn't modify the resource map",
    );
  });
});

describe('configurations', () => {
  const widget = '{apiVersion: e/v1, kind: Widget, metadata: {name: w}, ref: cm, pre: x, image: "a:1"}\n';

  test('add fields to the built-in ones', () => {
    // engine 82
    const text = buildText({
      ...files(
        'namePrefix: p-\nimages: [{name: a, newTag: "2"}]\nconfigurations: [c.yaml]\n',
        `${widget}---\n${configMap('cm')}`,
      ),
      'c.yaml': `namePrefix: [{path: pre, kind: Widget}]
images: [{path: image, kind: Widget}]
nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{path: ref, kind: Widget}]}]
`,
    });
    expect(text).toContain('image: a:2\nkind: Widget\nmetadata:\n  name: p-w\npre: p-x\nref: p-cm\n');
  });

  test.each([
    ['nameReferences: []', 'error unmarshaling JSON: while decoding JSON: json: unknown field "nameReferences"'],
    [
      'commonLabels: [{path: metadata/labels, create: false}]',
      'failed to merge CommonLabels fieldSpec: conflicting fieldspecs',
    ],
  ])('%s is refused', (text, problem) => {
    expect(buildError({ ...files('configurations: [c.yaml]\n', widget), 'c.yaml': `${text}\n` })).toBe(problem);
  });
});

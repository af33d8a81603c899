import { expect, test } from 'vitest';
import { build, buildError, buildText, configMap } from './testing.ts';

// Differences that random builds against the original found; the outcomes are the original's.

const files = (kustomization: string, resources: string) => ({
  'kustomization.yaml': `resources: [r.yaml]\n${kustomization}`,
  'r.yaml': resources,
});

test('a map copied with a delimiter adds an empty piece', () => {
  const replacement =
    '{source: {kind: ConfigMap, fieldPath: metadata}, targets: [{select: {kind: T}, fieldPaths: [v], options: {delimiter: "/", index: 2}}]}';
  const objects = `${configMap('a')}---\n{apiVersion: e/v1, kind: T, metadata: {name: t}, v: http}\n`;
  expect(buildText(files(`replacements: [${replacement}]\n`, objects))).toContain('v: http/\n');
});

test('below a null anything can be created, and nothing comes of it', () => {
  const replacement =
    '{sourceValue: x, targets: [{select: {kind: T}, fieldPaths: [m.app.n.m], options: {create: true}}]}';
  const object = '{apiVersion: e/v1, kind: T, metadata: {name: t}, m: {app: null}}\n';
  expect(buildText(files(`replacements: [${replacement}]\n`, object))).toContain('m:\n  app: null\n');
});

test('annotations that a JSON patch made a list are read in pairs', () => {
  const patch = `patches: [{target: {kind: ConfigMap}, patch: '[{"op": "add", "path": "/metadata/annotations", "value": [1, 2]}]'}]\n`;
  expect(buildError(files(patch, configMap('a')))).toContain('"annotations":map[interface {}]interface {}{1:"2"}');
});

test('an object that a patch deletes gets no note of it', () => {
  const patch =
    'buildMetadata: [transformerAnnotations]\npatches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, $patch: delete}"}]\n';
  expect(buildText(files(patch, configMap('a')))).toBe('');
});

test('a var reads no integer with underscores', () => {
  const vars = 'vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: a}, fieldref: {fieldPath: data.x}}]\n';
  expect(buildError(files(vars, configMap('a', '{x: 1_000}')))).toBe(
    "field specified in var '{V ConfigMap.v1.[noGrp] {data.x}}' not found in corresponding resource",
  );
});

test('a text without a type over an explicit tag is resolved anew', () => {
  const patch =
    'patches: [{target: {kind: ConfigMap}, patch: "{apiVersion: e/v1, kind: T, metadata: {name: z}, data: {k: v}}"}]\n';
  const object = 'apiVersion: !!str 5\nkind: ConfigMap\nmetadata: {name: a}\n';
  expect(buildText(files(patch, object))).toContain('apiVersion: 5\n');
});

test('a component may not give two objects one name', () => {
  const input = {
    ...files('components: [c]\n', `${configMap('a')}---\n${configMap('b')}`),
    'c/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{target: {name: b}, patch: "- {op: replace, path: /metadata/name, value: a}"}]\n',
  };
  expect(buildError(input)).toBe(
    `accumulating components: accumulateDirectory: "recursed merging from path '/c': may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]"`,
  );
});

test('subjects must have scalar names', () => {
  const binding =
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nsubjects: [{kind: ServiceAccount, name: [a]}]\n';
  expect(buildError(files('namespace: nn\n', binding))).toBe(
    'setting namespace on (cluster)role binding subjects: looking up name on (cluster)role binding subject: wrong node kind: expected ScalarNode but got SequenceNode: node contents:\n[a]\n',
  );
});

test('numbers and booleans become text where a plug-in wants text', () => {
  const config = (fields: string) => `[{apiVersion: builtin, kind: LabelTransformer, metadata: {name: x}, ${fields}}]`;
  const spec = 'fieldSpecs: [{path: metadata/labels, create: true}]';
  const transformers = config(`labels: {a: 1, b: 1.50, c: true, d: 1E+3, e: 18446744073709551616}, ${spec}`);
  expect(
    buildText({ ...files('transformers: [t.yaml]\n', configMap('a')), 't.yaml': transformers.slice(1, -1) }),
  ).toContain('labels:\n    a: "1"\n    b: "1.5"\n    c: "true"\n    d: "1000"\n    e: "1.8446744e+19"\n');
});

test('the error of a replacement source that cannot be looked up says so', () => {
  const replacement = '{source: {kind: ConfigMap, fieldPath: "data.a.[b=c]"}, targets: [{select: {kind: T}}]}';
  expect(buildError(files(`replacements: [${replacement}]\n`, configMap('a')))).toBe(
    'error looking up replacement source: wrong node kind: expected SequenceNode but got ScalarNode: node contents:\nb\n',
  );
});

test.each([
  ['0', 'SequenceNode'],
  ['x', 'MappingNode'],
])('below a text without content, %s wants a %s', (step, kind) => {
  const replacement = `{sourceValue: x, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a.${step}]}]}`;
  expect(buildError(files(`replacements: [${replacement}]\n`, configMap('a', "{a: '#'}")))).toContain(
    `wrong node kind: expected ${kind} but got : node contents:`,
  );
});

test('errors of generators show whether origins are kept', () => {
  const generator = 'configMapGenerator: [{name: g, behavior: merge}]\n';
  expect(buildError({ 'kustomization.yaml': generator })).toContain('merging from generator &{0xc000000000 <nil>}: ');
  expect(buildError({ 'kustomization.yaml': `${generator}buildMetadata: [originAnnotations]\n` })).toContain(
    'merging from generator &{0xc000000000 0xc000000000}: ',
  );
});

test('a JSON patch of annotations leaves the hash of an object of odd kind alone', () => {
  const patch = `[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}, {"op": "add", "path": "/kind", "value": 5}]`;
  const kustomization = `configMapGenerator: [{name: cfg, literals: [a=b]}]\npatches: [{target: {kind: ConfigMap}, patch: '${patch}'}]\n`;
  expect(buildText({ 'kustomization.yaml': kustomization })).toContain('name: cfg-tbhcbfc5kh\n');
});

test('what a map replaced keeps its tag, and cannot be printed', () => {
  const replacement =
    '{source: {kind: T, fieldPath: from}, targets: [{select: {kind: T}, fieldPaths: ["list.[name=a].v"]}]}';
  const object = '{apiVersion: e/v1, kind: T, metadata: {name: t}, from: {x: 1}, list: [{name: a, v: true}]}\n';
  expect(buildError(files(`replacements: [${replacement}]\n`, object))).toBe(
    'map[string]interface {}(nil): yaml: cannot decode !!null `` as a !!bool',
  );
});

test.each([
  ['&a', '&a'],
  ['a: &x 1\nb: *x\nc: d', 'a: &x 1\nb: *x\nc: zz'],
  ['l:\n- &x\n  k: v\n- *x\nc: d', 'l:\n- &x\n  k: v\n- *x\nc: zz'],
  ['&r\nc: d', '&r\nc: zz'],
  ['a: !!str 5\nc: d', 'a: !!str 5\nc: zz'],
  ['a: !!null ""\nc: d', 'a: !!null ""\nc: zz'],
  ['a: !t x\nc: d', 'a: !t x\nc: zz'],
  ['a: |+\n  x\n\nc: d', 'a: |+\n  x\n\nc: zz'],
  ['a: >-\n  x\n  y\nc: d', 'a: >-\n  x y\nc: zz'],
])('YAML in a text keeps anchors, tags and folding: %j', (text, want) => {
  const replacement =
    '{sourceValue: zz, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.t.c], options: {create: true}}]}';
  const result = build(files(`replacements: [${replacement}]\n`, configMap('a', `{t: ${JSON.stringify(text)}}`)));
  expect(result.resources[0]?.toData()).toMatchObject({ data: { t: want } });
});

test.each(['v.0', 'v.0.k', 'v.n'])('below a null, %s is created without effect', (path) => {
  const replacement = `{sourceValue: x, targets: [{select: {kind: T}, fieldPaths: [${path}], options: {create: true}}]}`;
  const object = '{apiVersion: e/v1, kind: T, metadata: {name: t}, v: null}\n';
  expect(buildText(files(`replacements: [${replacement}]\n`, object))).toContain('v: null\n');
});

test('a generated object whose kind is replaced is hashed with the text that it began from', () => {
  const replacement = '{sourceValue: v1, targets: [{select: {kind: ConfigMap}, fieldPaths: [kind]}]}';
  const generator = 'configMapGenerator: [{name: g2, literals: [k0=1, z=a b]}]\n';
  expect(buildText({ 'kustomization.yaml': `${generator}replacements: [${replacement}]\n` })).toContain(
    'name: g2-t49fc75768\n',
  );
});

test('blanks around the steps of a field path count for nothing', () => {
  const plugin =
    '{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: x}, prefix: t-, fieldSpecs: [{path: metadata/  name}]}\n';
  expect(buildText({ ...files('transformers: [t.yaml]\n', configMap('a')), 't.yaml': plugin })).toContain(
    'name: t-a\n',
  );
});

test('fields of embedded structs take no number for a text', () => {
  const configuration = 'images: [{path: a, kind: 1}]\n';
  expect(buildError({ ...files('configurations: [c.yaml]\n', configMap('a')), 'c.yaml': configuration })).toContain(
    'cannot unmarshal number into Go struct field FieldSpec.images.Gvk.kind of type string',
  );
});

test('a var of a number beyond 64 bits is a float', () => {
  const variable = '{name: V, objref: {apiVersion: e/v1, kind: T, name: t}, fieldref: {fieldPath: v}}';
  const pod = '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, args: [$(V)]}]}}\n';
  const object = `{apiVersion: e/v1, kind: T, metadata: {name: t}, v: 18446744073709551616}\n---\n${pod}`;
  expect(buildText(files(`vars: [${variable}]\n`, object))).toContain('- 1.8446744073709552e+19\n');
});

import { describe, expect, test } from 'vitest';
import { build, buildError, buildText, configMap } from './testing.ts';

const from = (text: string) => ({ 'kustomization.yaml': 'resources: [r.yaml]\n', 'r.yaml': text });
const names = (text: string) => build(from(text)).resources.map(({ name }) => name);
const notFolder = "': must build at directory: '/r.yaml': file is not directory";

describe('texts of resources', () => {
  test('hold documents; empty and null ones count for nothing', () => {
    // engine 16
    expect(names(`# c\n---\n${configMap('a')}---\n# nothing\n---\n---\nnull\n---\n${configMap('b')}---\n`)).toEqual([
      'a',
      'b',
    ]);
  });

  test('nothing but a comment may follow a separator', () => {
    // engine 17
    expect(names(`${configMap('a')}--- # fine\n${configMap('b')}`)).toEqual(['a', 'b']);
    expect(buildError(from(`${configMap('a')}--- foo\n${configMap('b')}`))).toBe(
      `accumulating resources: accumulation err='accumulating resources from 'r.yaml': invalid document separator: --- foo${notFolder}`,
    );
  });

  test('lists are replaced by their items', () => {
    // engine 18
    expect(names(`apiVersion: v1\nkind: List\nitems:\n- ${configMap('a')}- ${configMap('b')}`)).toEqual(['a', 'b']);
    expect(names(`apiVersion: v1\nkind: ConfigMapList\nitems:\n- ${configMap('z')}---\n${configMap('b')}`)).toEqual([
      'b',
      'z',
    ]);
    expect(names('apiVersion: v1\nkind: FooList\nitems: []\n')).toEqual([]);
    expect(names('apiVersion: v1\nkind: FooList\nmetadata: {name: l}\n')).toEqual(['l']);
  });

  test.each([
    // engine 19
    ['apiVersion: v1\nmetadata: {name: a}\n', 'missing kind in object {{v1 } {{a } map[] map[]}}'],
    [
      'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n',
      'missing metadata.name in object {{v1 Pod} {{ } map[] map[]}}',
    ],
    ['just text\n', 'missing Resource metadata'],
    ['- a\n', 'missing Resource metadata'],
  ])('%j is no resource', (text, problem) => {
    expect(buildError(from(text))).toBe(
      `accumulating resources: accumulation err='accumulating resources from 'r.yaml': ${problem}${notFolder}`,
    );
  });

  test('aliases are copies, and end with their document', () => {
    // engine 20
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx: &x {k: v}\ny: {<<: *x, k: w}\nz: *x\n';
    expect(buildText(from(text))).toContain('x:\n  k: v\n"y":\n  k: w\nz:\n  k: v\n');
    expect(buildError(from(`${text}---\n${text.replace('&x {k: v}', '*x')}`))).toBe(
      "accumulating resources: accumulating resources from 'r.yaml': MalformedYAMLError: yaml: unknown anchor 'x' referenced in File: r.yaml",
    );
  });

  test('CRLF is a line end', () => {
    // engine 21
    expect(buildText(from('apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: a\r\n---\r\n{}\r\n'))).toBe(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
    );
  });

  test('JSON is read as YAML', () => {
    // engine 22
    expect(names('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}')).toEqual(['a']);
    expect(buildError(from('{"kind": "ConfigMap", "metadata": {"name": "\\ud83d\\ude00"}}'))).toContain(
      'found invalid Unicode character escape code',
    );
  });

  test('duplicate and odd keys fail when the object is printed', () => {
    // engine 23, 24
    expect(buildError(from('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: a\n  x: b\n'))).toBe(
      'map[string]interface {}(nil): yaml: unmarshal errors:\n  line 6: mapping key "x" already defined at line 5',
    );
    expect(buildError(from('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {1: x}\n'))).toBe(
      'map[string]interface {}{"apiVersion":"v1", "data":map[interface {}]interface {}{1:"x"}, "kind":"ConfigMap", "metadata":map[string]interface {}{"name":"a"}}: json: unsupported type: map[interface {}]interface {}',
    );
  });

  test('an object knows its file and line', () => {
    const { resources } = build(from(`# c\n---\n\n${configMap('a')}---\n# d\n${configMap('b')}`));
    expect(resources.map(({ origin }) => origin)).toEqual([
      { file: '/r.yaml', line: 4 },
      { file: '/r.yaml', line: 7 },
    ]);
  });
});

describe('identity', () => {
  const two = (a: string, b: string) => ({
    'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n',
    'a.yaml': a,
    'b.yaml': b,
  });
  const inNamespace = (namespace: string) =>
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: ${namespace}}}`;

  test('no namespace and default are the same', () => {
    // engine 35
    expect(buildError(two(configMap('a'), inNamespace('default')))).toBe(
      "accumulating resources: accumulation err='merging resources from 'b.yaml': may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.default': must build at directory: '/b.yaml': file is not directory",
    );
  });

  test('other namespaces make other objects', () => {
    // engine 36
    const files = {
      ...two(configMap('a'), inNamespace('x')),
      'kustomization.yaml': `resources: [a.yaml, b.yaml]
patches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}, data: {p: q}}"}]
`,
    };
    expect(buildText(files)).toBe(
      'apiVersion: v1\ndata:\n  p: q\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: x\n---\napiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: a\n',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { buildError, buildText } from '../testing.ts';

function merged(object: string, patch: string): string {
  return buildText({
    'kustomization.yaml': 'resources: [r.yaml]\npatches: [{path: p.yaml}]\n',
    'r.yaml': object,
    'p.yaml': patch,
  });
}

const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ${spec}\n`;
const widget = (spec: string) => `apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: a}\nspec: ${spec}\n`;
const specOf = (text: string) => text.slice(text.indexOf('spec:'));

describe('strategic merge', () => {
  test('lists of known kinds merge by their keys, in the order of the patch', () => {
    // engine 46, 53
    const text = merged(
      pod('{containers: [{name: a, image: x}, {name: b, image: y}]}'),
      pod('{containers: [{name: c, image: z}, {name: b, tty: true}]}'),
    );
    expect(specOf(text)).toBe(
      'spec:\n  containers:\n  - image: z\n    name: c\n  - image: "y"\n    name: b\n    tty: true\n  - image: x\n    name: a\n',
    );
  });

  test.each([
    // engine 46, 47
    [pod('{tolerations: [{key: a}]}'), pod('{tolerations: [{key: b}]}'), 'spec:\n  tolerations:\n  - key: b\n'],
    [widget('{containers: [{name: a}]}'), widget('{containers: [{name: b}]}'), 'spec:\n  containers:\n  - name: b\n'],
  ])('other lists are replaced', (object, patch, want) => expect(specOf(merged(object, patch))).toBe(want));

  test('null deletes, and cleans what is added', () => {
    // engine 49
    expect(specOf(merged(widget('{a: 1, b: 2}'), widget('{a: null, c: {d: null}, l: [null]}')))).toBe(
      'spec:\n  b: 2\n  c: {}\n  l:\n  - null\n',
    );
  });

  test.each([
    // engine 50
    ['{m: {$patch: delete}}', 'spec:\n  l:\n  - a\n'],
    ['{m: {$patch: replace, z: 1}}', 'spec:\n  l:\n  - a\n  m:\n    z: 1\n'],
    ['{m: {$patch: merge, z: 1}}', 'spec:\n  l:\n  - a\n  m:\n    x: 1\n    z: 1\n'],
    ['{$patch: replace, q: 1}', 'spec:\n  q: 1\n'],
  ])('directive %s', (patch, want) => expect(specOf(merged(widget('{m: {x: 1}, l: [a]}'), widget(patch)))).toBe(want));

  test('directives at the root and unknown ones', () => {
    expect(merged(widget('{a: 1}'), `${widget('{b: 1}')}$patch: delete\n`)).toBe('');
    expect(specOf(merged(widget('{a: 1}'), `${widget('{b: 1}')}$patch: replace\n`))).toBe('spec:\n  a: 1\n');
    const files = {
      'kustomization.yaml': 'resources: [r.yaml]\npatches: [{path: p.yaml}]\n',
      'r.yaml': widget('{m: {}}'),
      'p.yaml': widget('{m: {$patch: frob}}'),
    };
    expect(buildError(files)).toBe("unknown patch strategy 'frob'");
  });

  test('directives of the API server alone stay', () => {
    // engine 51
    expect(merged(widget('{a: 1}'), widget('{$retainKeys: [a]}'))).toContain('$retainKeys:\n  - a\n');
  });

  test('ports need their protocol on both sides', () => {
    // engine 52
    const ports = (list: string) => pod(`{containers: [{name: c, ports: ${list}}]}`);
    const portsOf = (object: string, patch: string) => merged(ports(object), ports(patch)).split('ports:\n')[1];
    expect(portsOf('[{containerPort: 80}]', '[{containerPort: 80, name: n}]')).toBe(
      '    - containerPort: 80\n      name: "n"\n',
    );
    expect(portsOf('[{containerPort: 80, protocol: TCP}]', '[{containerPort: 80, name: n}]')).toBe(
      '    - containerPort: 80\n      protocol: TCP\n',
    );
  });

  test('an element without its key replaces what it comes after', () => {
    // engine 54
    const text = merged(
      pod('{containers: [{name: c, image: one, args: [a]}]}'),
      pod('{containers: [{image: x}, {name: c, image: two}]}'),
    );
    expect(specOf(text)).toBe('spec:\n  containers:\n  - image: two\n    name: c\n');
  });

  test.each([
    // engine 55
    ['"1"', '5', '"5"'],
    ["'x'", 'true', '"true"'],
    ['word', '5', '5'],
    ['1', '"3"', '"3"'],
    ['|\n    text', '7', '"7"'],
  ])('over %j the value %s prints as %s', (old, next, want) => {
    expect(specOf(merged(widget(`\n  v: ${old}`), widget(`{v: ${next}}`)))).toBe(`spec:\n  v: ${want}\n`);
  });

  test('kinds of nodes must agree', () => {
    // engine 56
    const files = {
      'kustomization.yaml': 'resources: [r.yaml]\npatches: [{path: p.yaml}]\n',
      'r.yaml': widget('{m: {a: b}}'),
      'p.yaml': widget('{m: x}'),
    };
    expect(buildError(files)).toBe('wrong node kind: expected MappingNode but got ScalarNode: node contents:\nx\n');
  });

  test('an object inside another merges by its own kind', () => {
    // engine 57
    const inner = (containers: string) => widget(`{t: {apiVersion: v1, kind: Pod, spec: {containers: ${containers}}}}`);
    expect(merged(inner('[{name: a, image: x}]'), inner('[{name: a, tty: true}]'))).toContain(
      '- image: x\n        name: a\n        tty: true\n',
    );
  });

  test('a JSON comment on a list turns merging off', () => {
    // engine 58
    const marked =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: # {"$imagepolicy": "x"}\n  - {name: a, image: x}\n';
    expect(specOf(merged(marked, pod('{containers: [{name: a, tty: true}]}')))).toBe(
      'spec:\n  containers:\n  - name: a\n    tty: true\n',
    );
  });

  test('any patch cleans the whole object', () => {
    // engine 58b
    const object =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  x:\n  volumes: [{name: v, emptyDir: {}}, {name: v}, {}]\n';
    expect(specOf(merged(object, 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {l: m}}\n'))).not.toContain(
      'x:',
    );
  });

  test('annotations: null takes the history away', () => {
    // engine 59
    const text = buildText({
      'o/kustomization.yaml':
        'resources: [../b]\npatches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, annotations: null}}"}]\n',
      'b/kustomization.yaml': 'namePrefix: p-\nresources: [r.yaml]\n',
      'b/r.yaml': `{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n---\n${pod('{volumes: [{name: v, configMap: {name: c}}]}')}`,
    });
    expect(text).toContain('name: p-c\n');
    expect(text).toContain('configMap:\n      name: c\n');
  });
});

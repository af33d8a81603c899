import { describe, expect, test } from 'vitest';
import { build, buildError, buildText, configMap, type Files } from '../testing.ts';

const generate = (entry: string, files: Files = {}) => ({
  'kustomization.yaml': `configMapGenerator: [${entry}]\n`,
  ...files,
});

describe('generators', () => {
  test.each([
    // engine 40
    ['a=b', 'a: b'],
    ["a='b'", 'a: b'],
    ['a="b', `a: '"b'`],
    ['a=b=c', 'a: b=c'],
    ['a=', 'a: ""'],
    ['a=1', 'a: "1"'],
  ])('the literal %s gives %s', (literal, line) => {
    expect(buildText(generate(JSON.stringify({ name: 'g', literals: [literal] })))).toContain(`data:\n  ${line}\n`);
  });

  test('env files: comments, blanks, BOM, CRLF, no value', () => {
    const env = '\uFEFFA=1\r\n# c\n\n  B = x \nC\nexport E=5\n';
    expect(buildText(generate('{name: g, envs: [e.env]}', { 'e.env': env }))).toContain(
      'data:\n  A: "1"\n  \'B \': \' x \'\n  C: ""\n  export E: "5"\n',
    );
  });

  test('files: base name, own key, binary content', () => {
    const files = { 'd/f.txt': 'text\n', 'b.bin': new Uint8Array([255, 0]) };
    const text = buildText(generate('{name: g, files: [d/f.txt, k=d/f.txt, b.bin]}', files));
    expect(text).toContain('binaryData:\n  b.bin: /wA=\ndata:\n  f.txt: |\n    text\n  k: |\n    text\n');
  });

  test('options: the entry wins on keys, a switch counts if either is on', () => {
    // engine 41
    const text = buildText({
      'kustomization.yaml': `generatorOptions: {labels: {a: common, b: common}, immutable: true}
configMapGenerator: [{name: g, literals: [x=y], options: {labels: {a: own}, disableNameSuffixHash: true}}]
`,
    });
    expect(text).toBe(
      'apiVersion: v1\ndata:\n  x: "y"\nimmutable: true\nkind: ConfigMap\nmetadata:\n  labels:\n    a: own\n    b: common\n  name: g\n',
    );
  });

  test('merge across layers keeps the base and hashes anew', () => {
    // engine 42
    const files = {
      'o/kustomization.yaml': 'resources: [../b]\nconfigMapGenerator: [{name: g, behavior: merge, literals: [b=2]}]\n',
      'b/kustomization.yaml': 'namePrefix: p-\nconfigMapGenerator: [{name: g, literals: [a=1, b=1]}]\n',
    };
    expect(buildText(files)).toMatch(
      /^apiVersion: v1\ndata:\n {2}a: "1"\n {2}b: "2"\nkind: ConfigMap\nmetadata:\n {2}name: p-g-\w{10}\n$/,
    );
  });

  test('merge onto a plain object gives no hash', () => {
    const files = {
      'kustomization.yaml': 'resources: [r.yaml]\nconfigMapGenerator: [{name: a, behavior: merge, literals: [x=y]}]\n',
      'r.yaml': configMap('a', '{n: 5}'),
    };
    expect(buildText(files)).toBe(
      'apiVersion: v1\ndata:\n  "n": "5"\n  x: "y"\nkind: ConfigMap\nmetadata:\n  name: a\n',
    );
  });

  const id =
    'resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"ConfigMap", isClusterScoped:false}, Name:"g", Namespace:""}';

  test.each([
    // engine 43
    [
      '{name: g, behavior: merge}',
      `merging from generator &{0xPTR <nil>}: id ${id} does not exist; cannot merge or replace`,
    ],
    [
      '{name: g}, {name: g}',
      `merging from generator &{0xPTR <nil>}: id ${id} exists; can not use behavior: 'unspecified', behavior must be merge or replace`,
    ],
    ['{literals: [a=b]}', 'a configmap must have a name'],
    ['{name: g, literals: [a=b, a=c]}', 'configmap g illegally repeats the key `a`'],
    ['{name: g, literals: [a]}', 'loading KV pairs: literal sources [a]: invalid literal source a, expected key=value'],
    [
      '{name: g, files: [a=b=c]}',
      `loading KV pairs: file sources: [a=b=c]: source "a=b=c" key name or file path contains '='`,
    ],
  ])('%s is refused', (entry, problem) => {
    expect(buildError(generate(entry)).replace(/0x[0-9a-f]+/, '0xPTR')).toBe(problem);
  });

  test.each([
    // engine 44
    ['configMapGenerator: [{name: g, literals: [a=b]}]', 'g-4h2mbtbbt6'],
    ['configMapGenerator: [{name: g}]', 'g-6ct58987ht'],
    ['secretGenerator: [{name: g, literals: [a=b]}]', 'g-k695gkmbtk'],
    ['configMapGenerator: [{name: g, literals: ["a=<b>&c"]}]', 'g-6tcbt66fg9'],
  ])('%s is named %s', (text, name) => {
    expect(build({ 'kustomization.yaml': text }).resources[0]?.name).toBe(name);
  });

  test('the hash follows the data and nothing else', () => {
    // engine 45
    const base = 'configMapGenerator: [{name: g, literals: [a=b]}]\n';
    const hash = (more: string) => build({ 'kustomization.yaml': base + more }).resources[0]?.name.slice(-10);
    expect(hash('commonLabels: {x: "1"}\nnamespace: nn\nnamePrefix: p-\n')).toBe('4h2mbtbbt6');
    expect(hash('patches: [{target: {kind: ConfigMap}, patch: "- {op: add, path: /data/c, value: d}"}]\n')).not.toBe(
      '4h2mbtbbt6',
    );
  });

  test('long base64 is broken into lines of 70', () => {
    const text = buildText({
      'kustomization.yaml': `secretGenerator: [{name: s, literals: ["a=${'x'.repeat(60)}"]}]\n`,
    });
    expect(text).toContain(`a: |\n    ${'eHh4'.repeat(17)}eH\n    h4eHh4eHh4\n`);
  });
});

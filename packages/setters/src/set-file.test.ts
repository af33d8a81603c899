import { describe, expect, test } from 'vitest';
import { parseAllDocuments, type Node } from '@sluice/manifest';
import { setFile } from './set-file.ts';
import { setFiles } from './set-files.ts';
import { ImageRefError, buildSetters, type PolicyImage } from './setter-values.ts';

const digest = `sha256:${'0f'.repeat(32)}`;
const policies: PolicyImage[] = [
  { namespace: 'flux-system', name: 'app', latestRef: { name: 'ghcr.io/o/app', tag: '1.0.1', digest } },
  { namespace: 'flux-system', name: 'pol', latestRef: { name: 'ghcr.io/a/b', tag: 'v2' } },
  { namespace: 'flux-system', name: 'num', latestRef: { name: 'ghcr.io/n/m', tag: '1.10' } },
  { namespace: 'flux-system', name: 'none' },
];
const setters = buildSetters(policies);
const marker = (reference: string): string => `# {"$imagepolicy": "flux-system:${reference}"}`;

function set(text: string, given = setters) {
  const { content, changes, problems } = setFile(new TextEncoder().encode(text), 'f.yaml', given);
  const out = content === undefined ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  return { out, changes, problems: problems.map(({ line, message }) => `${line}: ${message}`) };
}

// image 14.10-203
describe('the vectors of image §9', () => {
  test('V1: CRLF, blank lines, odd spacing, no final newline', () => {
    const text = [
      'image:',
      `    repository: old/app   ${marker('app:name')}`,
      '',
      `    tag: '1.0.0'    ${marker('app:tag')}`,
      `    digest: ""      ${marker('app:digest')}`,
    ].join('\r\n');
    const want = text.replace('old/app', 'ghcr.io/o/app').replace("'1.0.0'", "'1.0.1'").replace('""', `"${digest}"`);
    expect(set(text).out).toBe(want);
  });

  test('V2: several documents, a list, comments at separators', () => {
    const text = `# licence
---
apiVersion: v1
kind: List
items:
- image: x:1 ${marker('pol')}
--- # second
images: [ "x:1" ]
list:
${marker('pol')}
- x:1
`;
    const { out, changes } = set(text);
    expect(out).toBe(text.replace('image: x:1', 'image: ghcr.io/a/b:v2').replace('- x:1\n', '- ghcr.io/a/b:v2\n'));
    expect(changes.map(({ object }) => object.kind)).toEqual(['List', '']);
  });

  // An empty value is left alone, as recorded.
  test('V3: types', () => {
    const text = `a: 5 ${marker('pol:tag')}
b: 1.9 ${marker('num:tag')}
c: "1.9" ${marker('num:tag')}
d: ${marker('pol:tag')}
e: {repository: r, tag: t} ${marker('pol')}
f: 1.10 ${marker('num:tag')}
`;
    const { out, problems } = set(text);
    expect(out).toBe(text.replace('a: 5', 'a: v2').replace('b: 1.9', 'b: "1.10"').replace('"1.9"', '"1.10"'));
    expect(problems).toEqual([
      '4: the marker stands at no value that can be set',
      '5: the marker stands at no value that can be set',
    ]);
  });

  test('V4: what is no marker', () => {
    const text = `a: x:1 ${marker('pol')} trailing words
b: x:1 # {'$imagepolicy': 'flux-system:pol'}
c: x:1 # {"$imagepolicy": "flux-system/pol"}
d: x:1 # {"$imagepolicy": "other:pol"}
e: |
  image: x:1 ${marker('pol')}
`;
    const { out, changes, problems } = set(text);
    expect(out).toBe(text);
    expect(changes).toEqual([]);
    expect(problems).toEqual([
      '1: the comment is no valid marker',
      "3: 'flux-system/pol' is no reference of the form namespace:policy",
      "4: 'other:pol' is none of the policies of this automation",
    ]);
  });

  test('V5: anchors and merge keys', () => {
    const text = `x: &img\n  image: &i x:1 ${marker('pol')}\ny:\n  <<: *img\n  other: *i ${marker('pol')}\n`;
    const { out, problems } = set(text);
    expect(out).toBe(text.replace('x:1', 'ghcr.io/a/b:v2'));
    expect(problems).toEqual(['5: the marker stands at no value that can be set']);
  });
});

// image 14.10-204: `@` stands for the marker
describe('where a marker stands', () => {
  test.each([
    ['l:\n- x:1 @', 'l:\n- NEW @'],
    ['l:\n- k: x:1 @\n  z: 1', 'l:\n- k: NEW @\n  z: 1'],
    ['l:\n# words\n- a\n@\n- x:1', 'l:\n# words\n- a\n@\n- NEW'],
    ['l:\n- @\n- x:1', 'l:\n- @\n- NEW'],
    ['a: {\n  b: x1, @\n  c: y\n}', 'a: {\n  b: NEW, @\n  c: y\n}'],
    ['a: [\n  @\n  x1, y1\n]', 'a: [\n  @\n  NEW, y1\n]'],
    ['a: x:1\n  more @', 'a: NEW @'],
    ['a: "x:1\n  more" @', 'a: "NEW" @'],
    ['? k\n: x:1 @', '? k\n: NEW @'],
    ['a: x:1 @\na: x:2 @', 'a: NEW @\na: x:2 @'],
    ['a: ~ @', 'a: NEW @'],
    ['a: !!str x @', 'a: !!str NEW @'],
    ['a: &x !!str x\t@', 'a: &x !!str NEW\t@'],
    ['a: | @\n  x:1\nb: 1', 'a: | @\n  NEW\nb: 1'],
    ['a: >+ @\n\n  x:1\n  y\n\n\nb: 1', 'a: >+ @\n  NEW\n\n\nb: 1'],
    ['a: |2- @\n    x:1\n  y\nb: 1', 'a: |2- @\n  NEW\nb: 1'],
    ['a: {{ .Values.x }}\nb: x:1 @', 'a: {{ .Values.x }}\nb: NEW @'], // image 14.10-212
  ])('%j becomes %j', (text, want) => {
    const { out, changes } = set(text.replaceAll('@', marker('pol')));
    expect(out).toBe(want.replaceAll('@', marker('pol')).replaceAll('NEW', 'ghcr.io/a/b:v2'));
    expect(changes).toHaveLength(1);
  });

  test.each([
    '@\na: x:1',
    'a: x:1\n@',
    'a: @\n  b: x:1',
    'a: @\n- x:1',
    'a: {b: x:1} @',
    'a: &e @',
    'a: !!int 5 @',
    'a: | @\nb: 1',
    '- x:1 @', // neither a map
    'x:1 @',
    'metadata: text\na: x:1 @',
    'a: x:1 @\n---\nb: [', // image 14.10-210: as recorded, the file is left alone
    '%YAML 1.1\n---\na: x:1 @',
    'a: {{- .Values.x }}\nb: x:1 @', // image 14.10-212
  ])('%j stays and is reported', (text) => {
    const marked = text.replaceAll('@', marker('pol'));
    const { out, changes, problems } = set(marked);
    expect(out).toBe(marked);
    expect(changes).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  test.each([
    ['pol:tags', "'flux-system:pol:tags' names no field; there are name, tag and digest"],
    ['none:tag', "the policy 'flux-system:none' has chosen no image yet"],
    ['absent', "'flux-system:absent' is none of the policies of this automation"],
  ])('%s is reported: %s', (reference, why) => {
    expect(set(`b: 1\na: x:1 ${marker(reference)}`).problems).toEqual([`2: ${why}`]);
  });
});

// image 14.10-207
test.each([
  ['v2', 'v2'],
  ['1.2.3', '1.2.3'],
  ['v1.10', 'v1.10'],
  ['sha-1a2b', 'sha-1a2b'],
  ['2024-01-15T00-00-00Z', '2024-01-15T00-00-00Z'],
  ['inf', 'inf'],
  ['-rc', '-rc'],
  ...['1', '00123', '0x1f', '0o17', '0b1', '1_000', '1.10', '.5', '5.', '1e3', '.inf', '.nan', '-1'].map(quoted),
  ...['y', 'N', 'yes', 'no', 'On', 'off', 'TRUE', 'false', 'null', 'Null', '2024-01-02', '12345678', '0.0'].map(quoted),
])('the tag %s is written %s', (tag, want) => {
  const given = buildSetters([{ namespace: 'flux-system', name: 'p', latestRef: { name: 'ghcr.io/o/app', tag } }]);
  expect(set(`a: old ${marker('p:tag')}`, given).out).toBe(`a: ${want} ${marker('p:tag')}`);
  expect(set(`a: [old, ${marker('p:tag')}\n]`, given).out).toBe(`a: [${want}, ${marker('p:tag')}\n]`);
  expect(set(`a: "old" ${marker('p:tag')}`, given).out).toBe(`a: "${tag}" ${marker('p:tag')}`);
  expect(set(`a: 'old' ${marker('p:tag')}`, given).out).toBe(`a: '${tag}' ${marker('p:tag')}`);
});

function quoted(tag: string): [string, string] {
  return [tag, `"${tag}"`];
}

// image 14.10-218
test.each([
  [`a: "v2" ${marker('pol:tag')}`],
  [`a: 'v2' ${marker('pol:tag')}`],
  [`a: 1.10 ${marker('num:tag')}`],
  [`a: | ${marker('pol:tag')}\n  v2\n`],
])('%j holds the value already', (text) => {
  const { changes, problems } = set(text);
  expect({ changes, problems }).toEqual({ changes: [], problems: [] });
});

// image 14.10-214
test('without a digest the field becomes empty, as recorded, and is reported', () => {
  const { out, problems } = set(`a: sha256:00 ${marker('pol:digest')}`);
  expect(out).toBe(`a: "" ${marker('pol:digest')}`);
  expect(problems).toEqual(["1: the policy of 'flux-system:pol:digest' has no digest"]);
});

// image 14.10-215
test('the old form of a marker needs a new one in the file', () => {
  const old = 'a: x # {"$ref": "#/definitions/io.k8s.cli.setters.flux-system:pol:tag"}\n';
  expect(set(old).out).toBe(old);
  const both = `${old}b: y ${marker('pol')}\n`;
  expect(set(both).out).toBe(both.replace('a: x', 'a: v2').replace('b: y', 'b: ghcr.io/a/b:v2'));
});

test('says what changed, where', () => {
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: 5}\nspec:\n  image: "x\\u003a1" ${marker('pol')}\n`;
  expect(set(text).changes).toEqual([
    {
      file: 'f.yaml',
      object: { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: '5' },
      oldValue: 'x:1',
      newValue: 'ghcr.io/a/b:v2',
      setter: 'flux-system:pol',
    },
  ]);
});

// image 14.10-221
test('leaves a file that is not UTF-8', () => {
  const content = new Uint8Array([...new TextEncoder().encode(`a: x ${marker('pol')}\nb: `), 0xff, 0xfe]);
  const { content: written, problems } = setFile(content, 'f.yaml', setters);
  expect(written).toBeUndefined();
  expect(problems).toEqual([{ kind: 'unreadable', file: 'f.yaml', line: 0, message: 'the file is not UTF-8' }]);
});

// image 14.10-222
test('does not follow aliases', () => {
  const bomb = Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}, *a${n}]`).join(
    '\n',
  );
  const text = `a0: &a0 [x]\n${bomb}\nimage: x:1 ${marker('pol')}\n`;
  expect(set(text).out).toBe(text.replace('x:1', 'ghcr.io/a/b:v2'));
});

// image 14.10-223
test('an image that is no reference fails the update', () => {
  const bad = [{ namespace: 'n', name: 'p', latestRef: { name: 'ghcr.io/UPPER/x', tag: 'v1' } }];
  const why = 'encountered invalid image ref "ghcr.io/UPPER/x:v1": could not parse reference: ghcr.io/UPPER/x:v1';
  expect(() => buildSetters(bad)).toThrow(new ImageRefError(why));
});

// image 14.10-208, 14.10-211, 14.10-217
test('sets files by name and in byte order', () => {
  const content = new TextEncoder().encode(`a: x:1 ${marker('pol')}\n`);
  const bad = new TextEncoder().encode(`a: [ ${marker('pol')}\n`);
  const names = ['b.yml', 'z/Kustomization', 'a.YAML', 'a.json', 'x.tpl', 'kustomization', '.github/x.yaml', 'a.yaml'];
  const { files, changes, problems } = setFiles(
    [['bad.yaml', bad], ...names.map((name) => [name, content] as const)],
    setters,
  );
  expect([...files.keys()]).toEqual(['.github/x.yaml', 'a.yaml', 'b.yml', 'z/Kustomization']);
  expect(changes.map(({ file }) => file)).toEqual([...files.keys()]);
  expect(problems.map(({ kind, file }) => `${kind} ${file}`)).toEqual(['unreadable bad.yaml']);
});

// image 14.10-205, 14.10-206
test('random files differ in the marked scalar only, and setting again changes nothing', () => {
  const random = mulberry(20261121);
  for (let round = 0; round < 400; round++) {
    const { before, scalar, after } = randomFile(random);
    const { out, changes } = set(before + scalar + after);
    expect({ text: before + scalar + after, count: changes.length }).toMatchObject({ count: 1 });
    expect(out.slice(0, before.length) + out.slice(-after.length)).toBe(before + after);
    const again = set(out);
    expect({ out: again.out, changes: again.changes }).toEqual({ out, changes: [] });
    expect(parseAllDocuments(out).flatMap(({ root }) => markedValues(root))).toEqual(['!!str 1.10']);
  }
});

/** Type and text of every value under the key `marked`. */
function markedValues(node: Node | undefined): string[] {
  if (node?.kind === 'sequence') return node.items.flatMap(markedValues);
  if (node?.kind !== 'mapping') return [];
  const own = node.get('marked');
  const below = node.items.flatMap((item) => markedValues(item));
  return own?.kind === 'scalar' ? [`${own.tag} ${own.value}`, ...below] : below;
}

function randomFile(random: () => number): { before: string; scalar: string; after: string } {
  const pick = <T>(...items: T[]): T => items[Math.floor(random() * items.length)]!;
  const filler = () =>
    pick(
      '',
      '',
      'k: v\n',
      '# words\n',
      '\n\n',
      'l: [ "x:1",   y ]\n',
      't: |\n  marked: no # {"$imagepolicy": "a:b"}\n\n',
      'q: "\\u263a"   \n',
      'w:\n    - 1\n\n    - a: b\n',
      'n: &a {x: 0755}\nm: *a\n',
    );
  const indent = ' '.repeat(pick(1, 2, 3, 7));
  const lead = pick('', `p:\n${indent}`, `p:\n- `, `p:\n${indent}-   `, `p: {\n${indent}`);
  const inFlow = lead.includes('{');
  const scalar = pick('old', "'it''s'", '"a\\tb"', '5', 'true', '2024-01-01', '"two\n      lines"');
  const gap = pick(' ', '  ', '\t', ' \t ');
  const tail = `${inFlow ? pick('', ',') : ''}${gap}${marker('num:tag')}${inFlow ? '\n}' : ''}`;
  const end = pick('', '\n', '\n\n', `\n---\nz: 1\n`, '\n...\n');
  const file = {
    before: `${pick('', '\ufeff')}${pick('', '---\n', '# licence\n---\n', '\n')}${filler()}${lead}marked: ${pick('', '&x ', '!!str ')}`,
    scalar,
    after: `${tail}${end}`,
  };
  if (random() < 0.7) return file;
  const toCrlf = (text: string) => text.replaceAll('\n', '\r\n');
  return { before: toCrlf(file.before), scalar: toCrlf(file.scalar), after: toCrlf(file.after) };
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

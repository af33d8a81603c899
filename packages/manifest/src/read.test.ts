import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { YamlError, parseAllDocuments, parseDocument, type MappingNode, type Node, type ScalarNode } from './index.ts';

const corpus = corpusPath('kustomize');

describe('a scalar', () => {
  test.each([
    ['a: plain # c', 'plain'],
    ['a: two\n  lines\nb: 1', 'two\n  lines'],
    ["a: 'it''s'", "'it''s'"],
    ['a: "x\\n"', '"x\\n"'],
    ['a: !!str &x 5 # c', '5'],
    ['a: |-\n  x\n  y\nb: 1', '|-\n  x\n  y\n'],
    ['\ufeffa: b', 'b'],
    ['x: {a: b, c: d}', '{a: b, c: d}'],
    ['a:\r\n- [x,\r\n  y]\r\n', '- [x,\r\n  y]'],
  ])('of %j is exactly the token', (text, token) => {
    const value = valueOfFirst(text);
    expect(text.slice(value.start, value.end)).toBe(token);
  });

  // yaml 8-3
  test.skipIf(corpus === undefined)(`of the corpus is the token, which has its value (${corpusMissing})`, () => {
    let checked = 0;
    for (const [text, scalar] of corpusScalars()) {
      const token = text.slice(scalar.start, scalar.end);
      if (scalar.style === 'literal' || scalar.style === 'folded') expect('|>').toContain(token[0]);
      else if (token.includes('\n') && scalar.style === 'plain')
        expect(token.split(/\s+/).join(' ')).toContain(scalar.value.slice(0, 1));
      else if (scalar.style === 'plain') expect(token).toBe(scalar.value);
      else expect((parseDocument(token).root as ScalarNode).value).toBe(scalar.value);
      checked++;
    }
    expect(checked).toBeGreaterThan(190_000);
  });

  test('knows its line, file and style', () => {
    const { root } = parseDocument('a: 1\n\nb: >-\n  x\n', { file: 'x.yaml', firstLine: 10 });
    const value = (root as MappingNode).get('b')!;
    expect(value).toMatchObject({ line: 3, style: 'folded', value: 'x', source: { file: 'x.yaml', firstLine: 10 } });
  });
});

describe('an error', () => {
  test.each([
    { text: 'a: b: c', where: 'f.yaml:1:5' },
    { text: 'a: 1\nb: [x\n', where: 'f.yaml:3:1' },
    { text: 'a: 1\nb: "x\n', where: 'f.yaml:2:4' },
    { text: 'a: *x', where: 'f.yaml:1:4' },
    { text: 'a: 1\nb: \u0007', where: 'f.yaml:2:4' },
    { text: 'a: 1\n\tb: 1', where: 'f.yaml:2:1' },
    { text: 'a:\n  b\n  c: 1', where: 'f.yaml:3:4' },
    { text: 'a: "x\\q"', where: 'f.yaml:1:6' },
  ])('in $text stands at $where', ({ text, where }) => {
    expect(errorOf(() => parseDocument(text, { file: 'f.yaml' })).where).toBe(where);
  });

  test('counts the lines of the file, in the message those of the piece', () => {
    const error = errorOf(() => parseAllDocuments('a: 1\n---\nb: 1\nc: d: e\n', { file: 'f.yaml' }));
    expect(error).toMatchObject({ message: 'yaml: line 2: mapping values are not allowed in this context', line: 4 });
  });
});

test('what follows the first document is not judged', () => {
  expect(parseDocument('a: 1\n---\nb: 1\nc: "').root?.kind).toBe('mapping');
});

test('a text without a document has no root', () => {
  for (const text of ['', '\n', '# c\n', '  \n\n']) expect(parseDocument(text).root).toBeUndefined();
});

test('duplicate keys and their order stay in the tree', () => {
  const { items } = parseDocument('b: 1\na: 2\nb: 3\n').root as MappingNode;
  expect(items.map((item) => (item as ScalarNode).value)).toEqual(['b', '1', 'a', '2', 'b', '3']);
});

// yaml 8-33
test('two readers that take turns do not disturb each other', () => {
  const texts = ['a: &x 1\nb: *x\n', 'a: [b, {c: d}]\n', '- |\n  x\n- "y"\n'];
  const alone = texts.map((text) => describeTree(parseDocument(text).root!));
  const mixed = texts.map((text, i) => {
    parseDocument(texts[(i + 1) % texts.length]!, { setting: 'json' });
    return describeTree(parseDocument(text).root!);
  });
  expect(mixed).toEqual(alone);
});

function errorOf(run: () => unknown): YamlError {
  try {
    run();
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function valueOfFirst(text: string): Node {
  return (parseDocument(text).root as MappingNode).items[1]!;
}

function* corpusScalars(): Generator<[string, ScalarNode]> {
  for (const name of readdirSync(corpus!, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ya?ml$/.test(name)) continue;
    for (const { root, text } of readable(readFileSync(join(corpus!, name), 'utf8'))) {
      for (const scalar of scalarsIn(root!)) if (scalar.end > scalar.start) yield [text, scalar];
    }
  }
}

/** Some files of the corpus are no YAML on purpose. */
function readable(text: string) {
  try {
    return parseAllDocuments(text);
  } catch (error) {
    if (error instanceof YamlError) return [];
    throw error;
  }
}

function* scalarsIn(node: Node): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  else if (node.kind !== 'alias') for (const item of node.items) yield* scalarsIn(item);
}

function describeTree(node: Node): unknown {
  if (node.kind === 'scalar') return [node.value, node.tag, node.style, node.start, node.end, node.line];
  return node.kind === 'alias' ? node.name : node.items.map(describeTree);
}

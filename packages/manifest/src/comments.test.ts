import { describe, expect, test } from 'vitest';
import { attachComments, parseDocument, type Comments, type MappingNode, type Node, type ScalarNode } from './index.ts';

// yaml 8-32
describe('a comment is attached', () => {
  test.each<[string, string, Partial<Comments>]>([
    ['a: b # c', 'b', { line: '# c' }],
    ['a: "b"  # c\n', 'b', { line: '# c' }],
    ['a: b# c\n', 'b# c', {}],
    ['# c\n# d\na: b\n', 'a', { head: '# c\n# d' }],
    ['# c\n\na: b\n', 'a', {}],
    ['a: # c\n  b: 1\n', 'a', { line: '# c' }],
    ['a:\n- x # c\n- y\n', 'x', { line: '# c' }],
    ['a:\n# c\n- x\n- y\n', 'x', { head: '# c' }],
    ['a: [x, # c\n  y]\n', 'x', { line: '# c' }],
    ['a: | # c\n  b\n', 'b\n', { line: '# c' }],
    ['a: b\n  c # d\n', 'b c', { line: '# d' }],
    ['a: x # c\nb: y # d\n', 'y', { line: '# d' }],
    ['a: x\n# c\n', 'x', {}],
  ])('%j', (text, value, comments) => {
    const document = parseDocument(text);
    attachComments(document);
    const node = find(document.root!, value);
    expect({ ...node.comments }).toMatchObject(comments);
    if (Object.keys(comments).length === 0) expect(node.comments).toBeUndefined();
  });
});

// yaml 8-31: what a setter does with offsets.
test.each([
  'a: old # c\r\nb:   x\r\n',
  "\ufeffa: 'old'\nb: [ 1,2 ]",
  'a: "old"\n\n# c\n',
  'x: {a: &n !!str old, b: *n}\n',
  '- a:    old   # c\n  b: 1\n',
])('replacing a scalar of %j leaves the rest', (text) => {
  const node = find(parseDocument(text).root!, 'old');
  const token = text.slice(node.start, node.end);
  const changed = text.slice(0, node.start) + token.replace('old', 'new') + text.slice(node.end);
  expect(changed).toBe(text.replace('old', 'new'));
});

function find(node: Node, value: string): ScalarNode {
  const found = [...scalars(node)].find((scalar) => scalar.value === value);
  if (found === undefined) throw new Error(`no scalar '${value}'`);
  return found;
}

function* scalars(node: Node): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  else if (node.kind !== 'alias') for (const item of (node as MappingNode).items) yield* scalars(item);
}

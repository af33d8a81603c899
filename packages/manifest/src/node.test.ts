import { expect, test } from 'vitest';
import {
  MappingNode,
  ScalarNode,
  copyNode,
  expandAliases,
  fromData,
  parseDocument,
  stringify,
  stringNode,
  toBuildData,
} from './index.ts';

test('a mapping is changed by key', () => {
  const map = parseDocument('a: 1\n"b": 2\n').root as MappingNode;
  map.set('b', stringNode('5'));
  map.set('c', new ScalarNode('5'));
  expect(map.delete('a')).toMatchObject({ value: '1' });
  expect(map.delete('x')).toBeUndefined();
  expect(map.has('b')).toBe(true);
  expect(map.get('x')).toBeUndefined();
  expect(stringify(toBuildData(map))).toBe('b: "5"\nc: 5\n');
});

test('a copy shares nothing with the original', () => {
  const map = parseDocument('a: {b: [x]}\n').root as MappingNode;
  const copy = copyNode(map);
  ((copy.get('a') as MappingNode).get('b') as ScalarNode).anchor = 'n';
  (copy.get('a') as MappingNode).delete('b');
  expect(stringify(toBuildData(map))).toBe('a:\n  b:\n  - x\n');
  expect(copy).toMatchObject({ line: 1, start: 0, tag: '!!map' });
});

test('a scalar that stands in two places changes in both', () => {
  const shared = stringNode('x');
  const map = new MappingNode([stringNode('a'), shared, stringNode('b'), shared]);
  shared.value = 'z';
  expect(stringify(toBuildData(map))).toBe('a: z\nb: z\n');
});

// engine 5.2
test.each([
  { what: 'no tag is resolved anew', node: new ScalarNode('13'), text: '13' },
  { what: 'a string stays one', node: new ScalarNode('13', '!!str'), text: '"13"' },
  { what: 'quotes keep it a string', node: new ScalarNode('5', '!!int', 'double'), text: '"5"' },
  { what: 'a timestamp gets its long form', node: new ScalarNode('2020-01-01'), text: '"2020-01-01T00:00:00Z"' },
  { what: 'a text of several lines stays', node: new ScalarNode('a\nb', '!!str'), text: '|-\n  a\n  b' },
])('$what', ({ node, text }) => {
  expect(stringify(toBuildData(new MappingNode([stringNode('a'), node])))).toBe(`a: ${text}\n`);
});

test('a text that is not of the tag of its node is an error', () => {
  const map = parseDocument('a: 1\n', { file: 'f.yaml' }).root as MappingNode;
  (map.get('a') as ScalarNode).value = 'new.host';
  expect(() => toBuildData(map)).toThrow('yaml: cannot decode !!str `new.host` as a !!int');
});

test('aliases become copies and anchors vanish', () => {
  const map = expandAliases(parseDocument('a: &x [1]\nb: *x\n').root!) as MappingNode;
  expect(map.get('b')).not.toBe(map.get('a'));
  expect(map.get('a')?.anchor).toBeUndefined();
  expect(map.get('b')).toMatchObject({ kind: 'sequence', anchor: undefined });
});

test('data becomes nodes of its types', () => {
  const data = { b: ['5', 5, 1.5, true, null, 2n ** 60n], a: { __proto__x: '' } };
  expect(toBuildData(fromData(data))).toEqual(data);
});

import { describe, expect, test } from 'vitest';
import { difference, equalSets, intersection, leaves, recursiveDifference, union } from './algebra.ts';
import { below, has, pathsOf, setOf } from './field-set.ts';
import { FieldsDecodeError, parseFieldsV1, writeFieldsV1 } from './fields-v1.ts';
import { formatPath, keyElement, valueElement } from './path.ts';

const set = (...paths: string[]) => setOf(paths.map((path) => path.split(' ')));
const texts = (paths: ReturnType<typeof pathsOf>) => paths.map((path) => path.join(' '));

describe('algebra', () => {
  const a = set('f:a', 'f:a f:b', 'f:c f:d');
  const b = set('f:a', 'f:c', 'f:c f:e');

  test.each([
    ['union', union, ['f:a', 'f:a f:b', 'f:c', 'f:c f:d', 'f:c f:e']],
    ['intersection', intersection, ['f:a']],
    ['difference leaves children of removed members', difference, ['f:a f:b', 'f:c f:d']],
    ['recursive difference takes them along', recursiveDifference, []],
  ])('%s', (_, operation, want) => {
    expect(texts(pathsOf(operation(a, b)))).toEqual(want);
  });

  test('leaves have no member below', () => {
    expect(texts(pathsOf(leaves(a)))).toEqual(['f:a f:b', 'f:c f:d']);
  });

  test('a set is equal however it came about', () => {
    expect(equalSets(union(a, b), union(b, a))).toBe(true);
    expect(equalSets(difference(union(a, b), b), difference(a, b))).toBe(true);
    expect(equalSets(a, b)).toBe(false);
  });

  test('has and below', () => {
    expect([has(a, ['f:a']), has(a, ['f:c']), has(a, ['f:c', 'f:d']), has(a, [])]).toEqual([true, false, true, false]);
    expect(texts(pathsOf(below(a, ['f:c'])))).toEqual(['f:d']);
  });
});

describe('fieldsV1', () => {
  test('is written in the order of the reference', () => {
    const paths = [
      ['i:10'],
      ['i:9'],
      ['v:true'],
      ['v:"a"'],
      ['v:10'],
      ['v:9'],
      ['k:{"a":"x","b":1}'],
      ['k:{"a":1}'],
      ['f:b'],
      ['f:a'],
      ['f:a', 'f:x'],
    ];
    expect(JSON.stringify(writeFieldsV1(setOf(paths)))).toBe(
      JSON.stringify({
        'f:a': { '.': {}, 'f:x': {} },
        'f:b': {},
        'k:{"a":1}': {},
        'k:{"a":"x","b":1}': {},
        'v:9': {},
        'v:10': {},
        'v:"a"': {},
        'v:true': {},
        'i:9': {},
        'i:10': {},
      }),
    );
  });

  // kube-api F-205
  test.each([
    'f:app.kubernetes.io/name',
    'f:a"b\\c',
    'f:ä \u{1f600}',
    'f:',
    'f:.',
    'k:{"name":"a/b.c\\"d"}',
    'v:"\u2028"'.replace('\u2028', '\\u2028'),
  ])('reads and writes %s unchanged', (key) => {
    const text = JSON.stringify({ 'f:x': { [key]: {} } });
    expect(JSON.stringify(writeFieldsV1(parseFieldsV1(JSON.parse(text))))).toBe(text);
  });

  test('sorts fields by the bytes of their names', () => {
    const keys = Object.keys(writeFieldsV1(setOf([['f:\u{10000}'], ['f:\uffff'], ['f:Z'], ['f:a']])));
    expect(keys).toEqual(['f:Z', 'f:a', 'f:\uffff', 'f:\u{10000}']);
  });

  test('reads keys in any order as one', () => {
    const parsed = parseFieldsV1({ 'k:{"protocol":"TCP", "containerPort":80}': {} });
    expect(has(parsed, [keyElement({ containerPort: 80, protocol: 'TCP' })])).toBe(true);
  });

  test.each([
    ['x:1', true],
    ['k:{', false],
    ['v:', false],
    ['i:x', false],
    ['f', false],
    ['name', false],
  ])('%s: skipped %s', (key, skipped) => {
    if (skipped) expect(texts(pathsOf(parseFieldsV1({ 'f:a': { [key]: {} } })))).toEqual(['f:a']);
    else expect(() => parseFieldsV1({ 'f:a': { [key]: {} } })).toThrow(FieldsDecodeError);
  });
});

test('paths read as in messages', () => {
  const path = ['f:spec', 'f:containers', keyElement({ name: 'nginx' }), 'f:image'];
  expect(formatPath(path)).toBe('.spec.containers[name="nginx"].image');
  expect(formatPath([keyElement({ protocol: 'TCP', containerPort: 80 })])).toBe('[containerPort=80,protocol="TCP"]');
  expect(formatPath(['f:a', valueElement('x'), 'i:0'])).toBe('.a[="x"][0]');
  expect(formatPath(['f:metadata', 'f:labels', 'f:app.kubernetes.io/name'])).toBe(
    '.metadata.labels.app.kubernetes.io/name',
  );
});

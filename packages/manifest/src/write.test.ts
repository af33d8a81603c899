import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { expandAliases, parseAllDocuments, stringify, stringifyAll, toBuildData, type Data } from './index.ts';

const expected = corpusPath('kustomize-expected');

// yaml 8-2
test.skipIf(expected === undefined)(`every expected file of the corpus is printed again (${corpusMissing})`, () => {
  const names = readdirSync(expected!);
  const changed = names.filter((name) => {
    const text = readFileSync(join(expected!, name), 'utf8');
    return stringifyAll(parseAllDocuments(text).map(({ root }) => toBuildData(expandAliases(root!)))) !== text;
  });
  expect(changed).toEqual([]);
  expect(names.length).toBe(516);
});

describe('a number', () => {
  // engine 16
  test.each<[Data, string]>([
    [1, '1'],
    [-0, '0'],
    [1000, '1000'],
    [123456.5, '123456.5'],
    [1234567.5, '1.2345675e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-1.5e-7, '-1.5e-07'],
    [1e19, '10000000000000000000'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [1.2345678901234568e29, '1.2345678901234568e+29'],
    [9223372036854775808n, '9223372036854775808'],
    [-9223372036854775808n, '-9223372036854775808'],
    [18446744073709551615n, '18446744073709551615'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [2 ** 53, '9007199254740992'],
  ])('%s is printed as %s', (value, text) => {
    expect(stringify({ a: value })).toBe(`a: ${text}\n`);
  });

  test('that is none cannot be printed', () => {
    expect(() => stringify({ a: Number.NaN })).toThrow(RangeError);
    expect(() => stringify({ a: Number.POSITIVE_INFINITY })).toThrow(RangeError);
  });
});

describe('layout', () => {
  test.each<[Data, string]>([
    [{}, '{}\n'],
    [[], '[]\n'],
    [null, 'null\n'],
    ['x', 'x\n'],
    [{ b: [1, [2, { c: 3, d: [] }]], a: { e: {} } }, 'a:\n  e: {}\nb:\n- 1\n- - 2\n  - c: 3\n    d: []\n'],
    [{ a: 'x\ny\n', b: ['z\n'] }, 'a: |\n  x\n  y\nb:\n- |\n  z\n'],
    [{ a: undefined as unknown as Data, b: 1 }, 'b: 1\n'],
    [{ ['__proto__x']: 1, constructor: 2 }, '__proto__x: 1\nconstructor: 2\n'],
  ])('of %j', (data, text) => {
    expect(stringify(data)).toBe(text);
  });
});

test('documents are joined by separators', () => {
  expect(stringifyAll([{ a: 1 }, { b: 2 }])).toBe('a: 1\n---\nb: 2\n');
  expect(stringifyAll([])).toBe('');
});

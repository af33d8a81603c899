import { describe, expect, test } from 'vitest';
import {
  compareKeys,
  isYaml11String,
  parseDocument,
  resolvePlain,
  toData,
  toJson,
  type Data,
  type DataObject,
} from './index.ts';

const read = (text: string): Data => toData(parseDocument(text, { setting: 'json' }));

// yaml 8-28
test('odd keys are own properties', () => {
  const data = read('__proto__: {polluted: true}\nconstructor: 1\n10: a\n9: b\n"09": c\n') as DataObject;
  expect(Object.keys(data).toSorted()).toEqual(['09', '10', '9', '__proto__', 'constructor']);
  expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  expect(({} as DataObject)['polluted']).toBeUndefined();
  expect(toJson(data)).toBe('{"09":"c","10":"a","9":"b","__proto__":{"polluted":true},"constructor":1}');
});

describe('integers are exact', () => {
  test.each<[string, unknown]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['0xFFFFFFFFFFFFFFFF', 18446744073709551615n],
    ['18446744073709551616', 18446744073709552000],
    ['-0', 0],
  ])('%s', (text, value) => {
    expect(resolvePlain(text).value).toStrictEqual(value);
    if (typeof value === 'bigint') expect(toJson(read(`a: ${text}`))).toBe(`{"a":${value}}`);
  });
});

test('JSON is written as Go does', () => {
  const text = '<a href="x">&\u2028\u0007é😀';
  expect(toJson({ b: [1e21, 1e-7, -0, null, true], a: text })).toBe(
    '{"a":"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u0007é😀","b":[1e+21,1e-7,-0,null,true]}',
  );
  expect(toJson({ '\uffff': 1, '😀': 2, a: 3 })).toBe('{"a":3,"\uffff":1,"😀":2}');
  expect(() => toJson({ a: Number.NaN })).toThrow(RangeError);
});

test.each([
  { text: 'app', isString: true },
  { text: '1.2.3', isString: true },
  { text: '', isString: true },
  { text: '2020-01-01', isString: true },
  { text: 'a: b: c', isString: true },
  { text: '5\n', isString: true },
  { text: '5', isString: false },
  { text: 'yes', isString: false },
  { text: '~', isString: false },
  { text: '.inf', isString: false },
  { text: '{}', isString: false },
  { text: 'a: b', isString: false },
  { text: '# c', isString: false },
])('$text is a string in YAML 1.1: $isString', ({ text, isString }) => {
  expect(isYaml11String(text)).toBe(isString);
});

// engine 16.1
describe('keys', () => {
  test.each([
    ['', 'A', 'a'],
    ['a2', 'a9', 'a09', 'a10'],
    ['_x', 'a-b', 'a.b', 'a/b', 'aB', 'ab'],
    ['1.5', '1x'],
    ['é', '中', '😀a'].toSorted(compareKeys),
  ])('%s %s are in order', (...keys) => {
    expect(keys.toReversed().toSorted(compareKeys)).toEqual(keys);
  });

  test('long runs of digits count in 64 bits', () => {
    expect(compareKeys('x18446744073709551617', 'x2')).toBeLessThan(0);
    expect(compareKeys('x1', 'x1')).toBe(0);
  });
});

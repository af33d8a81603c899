import { expect, test } from 'vitest';
import { compileExpression } from './compile.ts';

const self = { a: 'abc', n: 3, list: [1, 2, 3], map: { k: 'v' }, empty: '', 'x.y': 1, interval: '90s' };

test.each([
  ['self.a == "abc" && self.n > 2', true],
  ['self.n + 1 == 4 || self.nope', true],
  ['self.nope && false', false],
  ['has(self.a) && !has(self.nope)', true],
  ['self.n in self.list', true],
  ['"k" in self.map', true],
  ['size(self.a) == 3 && self.list.size() == 3', true],
  ['self.list.all(x, x > 0)', true],
  ['self.list.exists(x, x == 2) && self.list.exists_one(x, x == 2)', true],
  ['self.list.filter(x, x > 1).map(x, x * 2) == [4, 6]', true],
  ['self.a.startsWith("ab") ? self.a.endsWith("c") : false', true],
  ["self.a.matches('^a.c$') && self.a.contains('b')", true],
  ['self.x__dot__y == 1', true],
  ['self.map["k"] == "v" && self.map.k == "v"', true],
  ['duration(self.interval) >= duration("1m")', true],
  ['{"a": 1}.a == 1', true],
  ['-self.n == -3 && 7 / 2 == 3 && 7 % 2 == 1', true],
  [String.raw`"a\"b" == 'a"b' && r"\d" == "\\d"`, true],
])('%s is %s', (rule, want) => {
  expect(compileExpression(rule).evaluate({ self })).toBe(want);
});

test.each([
  ['self.nope == 1', 'no such key: nope'],
  ['self.n / 0 == 1', 'division by zero'],
  ['self.list[9] == 1', 'index out of bounds: 9'],
  ['self.a > 1', 'no such overload'],
])('%s has no value: %s', (rule, message) => {
  expect(() => compileExpression(rule).evaluate({ self })).toThrow(message);
});

test.each([
  ['self.foo()', "undeclared reference to 'foo'"],
  ['self.constructor()', "undeclared reference to 'constructor'"],
  ['other == 1', "undeclared reference to 'other'"],
  ['self ==', 'Syntax error'],
  ['self == "a', 'Syntax error'],
])('%s does not compile', (rule, message) => {
  expect(() => compileExpression(rule)).toThrow(message);
});

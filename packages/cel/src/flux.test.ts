import { cpuMs } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { types } from './check/type.ts';
import { CelError } from './error.ts';
import { compileFluxExpression } from './flux.ts';

// Outcomes and messages are those of cel-go 0.26 in the environment of fluxcd/pkg/runtime.
const data = {
  status: {
    n: 3,
    s: 'abc',
    list: [1, 2],
    m: { x: 'y' },
    d: 1.5,
    b: true,
    nil: null,
    c: [{ type: 'Ready', status: 'True' }],
  },
};

function evaluate(text: string): boolean {
  return compileFluxExpression(text).evaluateBoolean(data);
}

function failureOf(text: string, variables?: readonly string[]): string {
  try {
    compileFluxExpression(text, variables === undefined ? {} : { variables }).evaluateBoolean(data);
  } catch (error) {
    if (error instanceof CelError) return error.message;
    throw error;
  }
  throw new Error('it did not fail');
}

test.each([
  "status.c.exists(c, c.type == 'Ready' && c.status == 'True')",
  'status.list.map(x, x > 1, x * 2) == [4]',
  "status.?nope.x.orValue('z') == 'z'",
  '[[1, 2], [3]].map(x, x.map(y, y * 2)) == [[2, 4], [6]]',
  '1 == 1.0 && 1u == 1 && 2.0 in [2]', // numbers of different types are equal
  '1 < 1.5 && !(1u < -1)',
  '-7 / 2 == -3 && -7 % 2 == -1', // towards zero
  '-9223372036854775808 < 0', // the sign belongs to the literal
  "'aé😀'.reverse() == '😀éa' && size('é😀') == 2", // code points
  "'\\uffff' < '\\U00010000'", // by code points, not UTF-16
  "'a-b-c'.split('-', 2) == ['a', 'b-c'] && 'aé'.replace('', '.') == '.a.é.'",
  "string(123456789.0) == '1.23456789e+08' && string(1.0) == '1'",
  "'%d %s %.2f %x'.format([1, [1, 'a'], 2.345, 'hi']) == '1 [1, a] 2.35 6869'",
  "timestamp('2020-01-31T13:14:15.678Z').getHours('America/New_York') == 8",
  "timestamp('2020-01-31T13:14:15.678Z').getMinutes('02:30') == 44",
  "duration('1h2m3.5s') == duration('3723.5s') && string(duration('90m')) == '5400s'",
  'status.nope == 1 || true', // an error that does not decide
  'status.list.exists(x, 1 / (x - 1) == 1)',
  "optional.none().or(optional.of(3)).value() == 3 && {?'a': status.?nope} == {}",
  'optional.of(1).orValue(1 / 0) == 1 && optional.of(1).or(optional.of(1 / 0)).hasValue()', // not looked at
  'google.protobuf.Duration == type(duration("1s"))',
])('%s', (text) => {
  expect(evaluate(text)).toBe(true);
});

describe('fails while it runs', () => {
  test.each([
    ['status.list[5] == 1', 'index out of bounds: 5'],
    ["status.list['a'] == 1", "unsupported index type 'string' in list"],
    ['data.foo[0].bar == 1', 'no such attribute(s): data.foo'],
    ["status.n == 3 && status.m.z == 'a'", 'no such key: z'],
    ["status.s + 1 == ''", 'no such overload'],
    ["status.s.charAt(4) == ''", 'index out of range: 4'],
    ['status.n.charAt(1) == ""', 'no such overload: charAt(int, int)'],
    ['status.n.all(x, x)', "got 'types.Int', expected iterable type"],
    ['optional.none().value()', 'optional.none() dereference'],
    ["status.s.matches(status.s + '(')", 'error parsing regexp: missing closing ): `abc(`'],
    ['-9223372036854775808 / -1 == 0', 'integer overflow'],
    [
      "'%d'.format(['a']) == ''",
      'error during formatting: decimal clause can only be used on ints, uints, and doubles, was given string',
    ],
  ])('%s: %s', (text, why) => {
    expect(failureOf(text)).toBe(`failed to evaluate the CEL expression '${text}': ${why}`);
  });
});

describe('can never run', () => {
  test.each([
    ['now() == 1', 'no such overload: now()'],
    ["int('x') == 1", "type conversion error from 'string' to 'int'"],
    ["status.s.matches('(')", 'error parsing regexp: missing closing ): `(`'],
    ["size('a', 2) == 1", 'no such overload: size(lhs, rhs)'],
  ])('%s: %s', (text, why) => {
    expect(failureOf(text)).toBe(`failed to create CEL program: ${why}`);
  });
});

describe('is refused', () => {
  const start =
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
  test.each([
    ['dep.', "ERROR: <input>:1:5: Syntax error: no viable alternative at input '.'\n | dep.\n | ....^"],
    ['a.true', "ERROR: <input>:1:3: Syntax error: mismatched input 'true' expecting IDENTIFIER\n | a.true\n | ..^"],
    [
      'f(,)',
      `ERROR: <input>:1:3: Syntax error: extraneous input ',' expecting ${start.replace("'(',", "'(', ')',")}\n | f(,)\n | ..^`,
    ],
    ['[1,,2]', "ERROR: <input>:1:4: Syntax error: mismatched input ',' expecting ']'\n | [1,,2]\n | ...^"],
    ['{1 2}', "ERROR: <input>:1:4: Syntax error: missing ':' at '2'\n | {1 2}\n | ...^"],
    [
      '1 + +',
      `ERROR: <input>:1:5: Syntax error: mismatched input '+' expecting ${start}\n | 1 + +\n | ....^\n` +
        `ERROR: <input>:1:6: Syntax error: mismatched input '<EOF>' expecting ${start}\n | 1 + +\n | .....^`,
    ],
    ["'日本' 1", "ERROR: <input>:1:6: Syntax error: extraneous input '1' expecting <EOF>\n | '日本' 1\n | .．．..^"],
    ['for', 'ERROR: <input>:1:1: reserved identifier: for\n | for\n | ^'],
    ["'\\ud800'", "ERROR: <input>:1:1: invalid unicode code point\n | '\\ud800'\n | ^"],
  ])('%s', (text, why) => {
    expect(failureOf(text)).toBe(`failed to parse the CEL expression '${text}': ${why}`);
  });

  test.each([
    ['self.a + 1 == "x" && 1 + "a" == ""', 24, "found no matching overload for '_+_' applied to '(int, string)'"],
    [
      "optional.of(1).orValue('a') == 1",
      23,
      "found no matching overload for 'orValue' applied to 'optional_type(int).(string)'",
    ],
    ['[1].exists_one(x, x)', 15, "found no matching overload for '_?_:_' applied to '(int, int, int)'"],
    ['[1].all(x, x)', 12, "expected type 'bool' but found 'int'"],
    ["{'a': [1, 'b']} == {}", 11, "expected type 'int' but found 'string'"],
    ['[1, self.n] == []', 9, "expected type 'int' but found 'dyn'"],
    [
      '1.all(x, true)',
      1,
      "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
    ],
    ["'a'.foo == 1", 4, "type 'string' does not support field selection"],
    ['self + 1 == 2', 6, "found no matching overload for '_+_' applied to '(map(string, dyn), int)'"],
  ])('%s, when types are checked', (text, column, why) => {
    expect(failureOf(text, ['self'])).toContain(`ERROR: <input>:1:${column}: ${why}\n | ${text}\n`);
  });
});

describe('the type of the result', () => {
  test.each([
    ['self.a', 'bool', 'dyn'],
    ['[true]', 'bool', 'list(bool)'],
    ["timestamp('2026-01-01T00:00:00Z')", 'string', 'google.protobuf.Timestamp'],
    ['self', 'string', 'map(string, dyn)'],
  ] as const)('of %s is not %s', (text, wanted, found) => {
    expect(() => compileFluxExpression(text, { variables: ['self'], result: types[wanted] })).toThrow(
      `CEL expression output type mismatch: expected ${wanted}, got ${found}`,
    );
  });

  test('may be made known', () => {
    const options = { variables: ['event'], result: types.string };
    expect(compileFluxExpression("'a/' + event.name", options).evaluateString({ event: { name: 'b' } })).toBe('a/b');
  });
});

// security 123
describe('an expression that would take long', () => {
  const ten = '[0,1,2,3,4,5,6,7,8,9]';
  const nested = Array.from({ length: 7 }).reduce<string>((inner) => `${ten}.map(x, ${inner})`, '1');
  const doubled = `['abcdefgh']${'.map(x, x + x)'.repeat(40)}`;
  const joined = `[${ten}]${'.map(x, x + x)'.repeat(40)}`;
  const compared = `[status.big].exists(a, ${ten}.exists(x, ${ten}.exists(y, ${ten}.exists(z, a == status.big + [1]))))`;

  test.each([
    nested,
    doubled,
    joined,
    compared,
    `${ten}.map(x, '%s%s'.format([x, x]))${".map(x, '%s%s'.format([x, x]))".repeat(30)}`,
  ])('stops: %s', (text) => {
    const started = cpuMs();
    const expression = compileFluxExpression(`${text} == []`);
    const big = Array.from({ length: 5000 }, (_, index) => index);
    expect(() => expression.evaluateBoolean({ status: { big } })).toThrow('actual cost limit exceeded');
    expect(cpuMs() - started).toBeLessThan(1000);
  });

  test('is not absorbed by an operand that would decide', () => {
    expect(() => evaluate(`${nested} == [] || true`)).toThrow('actual cost limit exceeded');
  });

  test('of more than 4 KiB is refused', () => {
    expect(() => compileFluxExpression(`'${'a'.repeat(4096)}' == ''`)).toThrow('size: 4104, limit 4096');
  });

  test('that nests deeper than 250 levels is refused', () => {
    expect(() => compileFluxExpression(`${'('.repeat(300)}1${')'.repeat(300)}`)).toThrow(
      'recursion limit exceeded: 250',
    );
  });
});

test('reads the fields of its data and nothing else', () => {
  expect(failureOf('status.constructor == 1')).toContain('no such key: constructor');
  expect(failureOf('constructor == 1')).toContain('no such attribute(s): constructor');
  expect(failureOf('toString() == 1')).toContain('no such overload: toString()');
});

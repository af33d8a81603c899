import { describe, expect, test } from 'vitest';
import { types } from '../check/type.ts';
import { compile } from '../compile.ts';
import { CelError } from '../error.ts';
import { kubernetesEnvironment } from './environment.ts';
import { escapeField, schemaType, type TypeSchema } from './schema-type.ts';

// Outcomes and messages are those of kube-apiserver 1.36 for a rule at the root of this schema.
const named: TypeSchema = { type: 'object', properties: { name: { type: 'string' }, v: { type: 'integer' } } };
const schema: TypeSchema = {
  type: 'object',
  properties: {
    s: { type: 'string' },
    i: { type: 'integer' },
    n: { type: 'number' },
    d: { type: 'string', format: 'duration' },
    t: { type: 'string', format: 'date-time' },
    y: { type: 'string', format: 'byte' },
    port: { 'x-kubernetes-int-or-string': true },
    list: { type: 'array', items: named },
    m: { type: 'object', additionalProperties: { type: 'string' } },
    o: {
      type: 'object',
      properties: { 'a-b': { type: 'string' }, if: { type: 'integer' }, 'x.y': { type: 'string' } },
    },
    unknown: {},
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    byName: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: named },
    e: { type: 'object', 'x-kubernetes-embedded-resource': true },
    nullable: { type: 'string' },
  },
};
const data = {
  s: 'abc', i: 2, n: 1, d: '5m', t: '2026-01-01T00:00:00Z', y: 'aGk=', port: '50%', list: [{ name: 'x', v: 1 }],
  m: { k: 'v' }, o: { 'a-b': '1', if: 2, 'x.y': '3' }, unknown: { q: 1 }, set: ['a', 'b'],
  byName: [{ name: 'a', v: 1 }, { name: 'b', v: 2 }], e: { kind: 'K', metadata: { name: 'n', labels: {} } }, nullable: null,
}; // prettier-ignore
const oldData = { ...data, s: 'old', set: ['b', 'a'], byName: data.byName.toReversed() };

function compileRule(rule: string) {
  const self = schemaType(schema, true)!;
  return compile(rule, { environment: kubernetesEnvironment, variables: { self, oldSelf: self } });
}

function evaluate(rule: string): unknown {
  return compileRule(rule).evaluate({ self: data, oldSelf: oldData });
}

function failureOf(rule: string): string {
  try {
    return `gave ${String(evaluate(rule))}`;
  } catch (error) {
    if (error instanceof CelError) return error.message;
    throw error;
  }
}

// kube-api 232, 233, 236
describe('a rule holds', () => {
  test.each([
    'self.n / 2.0 == 0.5', // a whole number in the data of a double
    "self.d > duration('1m') && self.t < timestamp('2027-01-01T00:00:00Z') && self.y == b'hi'",
    "self.port == '50%' && self.port != 5", // int or string
    "self.list.all(x, x.v == 1 && x.name == 'x')",
    "self.m.k == 'v' && self.m['k'] == 'v' && !has(self.m.z) && self.m.all(k, self.m[k] == 'v')",
    "self.o.a__dash__b == '1' && self.o.__if__ == 2 && self.o.x__dot__y == '3'",
    "self.e.kind == 'K' && self.e.metadata.name == 'n'",
    '!has(self.nullable)',
    'self.set == oldSelf.set && self.byName == oldSelf.byName', // order does not count
    "self.set + ['b', 'c'] == ['c', 'a', 'b'] && size(self.set + ['b']) == 2",
    "self.s != oldSelf.s && oldSelf.s == 'old'",
    "self.?s.orValue('') == 'abc' && !self.?nullable.hasValue()",
    '[1, 2].isSorted() && [1, 2].sum() == 3 && ["b", "a"].max() == "b" && [1, 2, 1].lastIndexOf(1) == 2',
    "[duration('1s'), duration('2s')].sum() == duration('3s')",
    "'abc 123'.find('[0-9]+') == '123' && '1 2 3'.findAll('[0-9]', 2) == ['1', '2']",
    "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('1e3') == quantity('1k') && quantity('1k').asInteger() == 1000",
    "quantity('1').add(2).sub(quantity('1')).compareTo(quantity('2000m')) == 0 && !isQuantity('x')",
    "url('https://u:p@[::1]:80/p q?x=1&x=2').getHostname() == '::1' && url('https://a/p q').getEscapedPath() == '/p%20q'",
    "url('https://a/?x=1&x=2').getQuery() == {'x': ['1', '2']} && isURL('/x') && !isURL('x') && !isURL('http://a b')",
    "ip('::1').isLoopback() && !ip.isCanonical('0:0::1') && !isIP('::ffff:1.2.3.4') && !isIP('01.2.3.4')",
    "cidr('10.1.1.1/8').masked() == cidr('10.0.0.0/8') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')",
    "string(ip('2001:db8:0:0:1::1')) == '2001:db8::1:0:0:1'",
    "semver('v1.2', true) == semver('1.2.0') && semver('1.2.3').isGreaterThan(semver('1.2.3-rc')) && !isSemver('01.2.3')",
    '[3, 1].sort() == [1, 3] && [1, 2, 3].slice(0, 2).reverse() == [2, 1] && [[1], [2]].flatten() == lists.range(3).slice(1, 3)',
    '[1, 2].all(i, v, i < v) && {"a": 1}.transformMap(k, v, v + 1) == {"a": 2}',
  ])('%s', (rule) => {
    expect(evaluate(rule)).toBe(true);
  });
});

// kube-api 234
describe('a rule fails', () => {
  test.each([
    ['self.i / 0 == 1', 'division by zero'],
    ["self.m.nope == 'v'", 'no such key: nope'],
    ["self.nullable == 'x'", 'no such key: nullable'],
    ["self.list[9].name == 'a'", 'index out of bounds: 9'],
    ["quantity('1.5').asInteger() == 1", 'cannot convert value to integer'],
    [
      "url('nope') == url('/a')",
      'URL parse error during conversion from string: parse "nope": invalid URI for request',
    ],
  ])('%s: %s', (rule, why) => {
    expect(failureOf(rule)).toBe(why);
  });

  test.each([
    ['self.foo()', "<input>:1:9: undeclared reference to 'foo' (in container '')"],
    ['self.nope == 1', "<input>:1:5: undefined field 'nope'"],
    ['self.unknown.q == 1', "<input>:1:5: undefined field 'unknown'"],
    ['self.e.metadata.labels == {}', "<input>:1:16: undefined field 'labels'"],
    ["self.d == '5m'", "<input>:1:8: found no matching overload for '_==_' applied to '(duration, string)'"],
    ['self.n == 1', "<input>:1:8: found no matching overload for '_==_' applied to '(double, int)'"],
    ["duration('x') == self.d", '<input>:1:10: invalid duration argument'],
    ["self.s.matches('(')", '<input>:1:16: invalid matches argument'],
    ['base64.encode(b"a") == ""', "<input>:1:1: undeclared reference to 'base64' (in container '')"],
  ])('to compile: %s', (rule, why) => {
    expect(failureOf(rule)).toContain(`ERROR: ${why}`);
  });
});

test('tells what a transition rule is', () => {
  expect(compileRule('self == oldSelf').references).toEqual(new Set(['self', 'oldSelf']));
  expect(compileRule('self.list.all(oldSelf, oldSelf.v > 0)').references).toEqual(new Set(['self']));
});

test('an old value that may be missing is an optional', () => {
  const variables = {
    self: types.int,
    oldSelf: { kind: 'optional', name: 'optional_type', params: [types.int] } as const,
  };
  const program = compile('!oldSelf.hasValue() || oldSelf.value() == self', {
    environment: kubernetesEnvironment,
    variables,
  });
  expect(program.evaluate({ self: 1, oldSelf: null })).toBe(true);
  expect(program.evaluate({ self: 1, oldSelf: 2 })).toBe(false);
});

test.each([
  ['a-b', 'a__dash__b'],
  ['a/b.c', 'a__slash__b__dot__c'],
  ['__a', '__underscores__a'],
  ['namespace', '__namespace__'],
  ['plain_1', 'plain_1'],
  ['1a', undefined],
  ['a b', undefined],
])('rules know the property %j by %j', (name, want) => {
  expect(escapeField(name)).toBe(want);
});

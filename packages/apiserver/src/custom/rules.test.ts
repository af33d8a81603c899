import { cpuMs } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { startTestServer, type Json } from '../test/client.ts';
import { crds, installThings, thing, thingCrd, things } from '../test/objects.ts';

const text = { type: 'string' };
const object = (properties: Json, more: Json = {}): Json => ({ type: 'object', properties, ...more });
const ruled = (schema: Json, rule: string, more: Json = {}): Json => ({
  ...schema,
  'x-kubernetes-validations': [{ rule, ...more }],
});

const root = 'spec.validation.openAPIV3Schema.properties[spec]';
const printed = (rule: string, more: Json = {}): string =>
  JSON.stringify({
    Rule: rule, Message: '', MessageExpression: '', Reason: null, FieldPath: '', OptionalOldSelf: null, ...more,
  }); // prettier-ignore

// kube-api G-234; texts of kube-apiserver 1.36
test.each([
  ['1', {}, 'rule', `Invalid value: ${printed('1')}: cel expression must evaluate to a bool`],
  [' ', {}, 'rule', 'Required value: rule is not specified'],
  ['self.a', {}, 'rule', `Invalid value: ${printed('self.a')}: cel expression must evaluate to a bool`],
  [
    'self.a == 1',
    {},
    'rule',
    `Invalid value: ${printed('self.a == 1')}: compilation failed: ERROR: <input>:1:8: found no matching overload for '_==_' applied to '(string, int)'\n | self.a == 1\n | .......^`,
  ],
  [
    'true',
    { messageExpression: '1' },
    'messageExpression',
    `Invalid value: ${printed('true', { MessageExpression: '1' })}: messageExpression must evaluate to a string`,
  ],
  ['true', { message: 'a\nb' }, 'message', 'Invalid value: "a\\nb": must not contain line breaks'],
  [
    'true',
    { reason: 'Odd' },
    'reason',
    'Unsupported value: "Odd": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"',
  ],
  ['true', { fieldPath: '.nope' }, 'fieldPath', 'Invalid value: ".nope": must be a valid path'],
  [
    'true',
    { optionalOldSelf: true },
    'optionalOldSelf',
    'Invalid value: true: may not be set if oldSelf is not used in rule',
  ],
])('a definition with the rule %j, %j is refused', async (rule, more, field, message) => {
  await using api = await startTestServer();
  const answer = await api.post(crds, thingCrd(ruled(object({ a: text }), rule, more)));
  expect(answer.code).toBe(422);
  expect(answer.body.details.causes).toEqual([
    {
      reason: expect.stringMatching(/^FieldValue/) as string,
      field: `${root}.x-kubernetes-validations[0].${field}`,
      message,
    },
  ]);
});

test('transition rules do not stand below lists that cannot be correlated', async () => {
  await using api = await startTestServer();
  const list = (more: Json) => object({ l: { type: 'array', items: ruled(object({ k: text }, { required: ['k'] }), 'self == oldSelf'), ...more } }); // prettier-ignore
  const { body } = await api.post(crds, thingCrd(list({})));
  expect(body.details.causes[0]).toEqual({
    reason: 'FieldValueInvalid',
    field: `${root}.properties[l].items.x-kubernetes-validations[0].rule`,
    message: `Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${root}.properties[l]`,
  });
  const keyed = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };
  expect((await api.post(crds, thingCrd(list(keyed)))).code).toBe(201);
});

// kube-api G-232
test('optional old values, places and transitions', async () => {
  await using api = await startTestServer();
  const schema = object({
    once: ruled(text, '!oldSelf.hasValue() || oldSelf.value() == self', { optionalOldSelf: true, message: 'once' }),
    first: ruled(text, "oldSelf.hasValue() || self == 'x'", { optionalOldSelf: true }),
    map: ruled({ type: 'object', additionalProperties: text }, "!('a.b' in self)", { fieldPath: "['a.b']" }),
    port: ruled({ 'x-kubernetes-int-or-string': true }, "self > 1 || self == '50%'"),
    time: ruled({ type: 'string', format: 'duration' }, "self >= duration('1m')", { message: 'too short' }),
    set: ruled({ type: 'array', items: text, 'x-kubernetes-list-type': 'set' }, 'self == oldSelf'),
    item: { type: 'array', items: ruled(object({ a: text }), 'has(self.a)') },
  });
  await installThings(api, schema);
  const refused = async (spec: Json) =>
    (await api.post(things, thing('q', spec))).body.details.causes.map((c: Json) => `${c.field}: ${c.message}`);
  expect(await refused({ first: 'y' })).toEqual([
    `spec.first: Invalid value: "y": failed rule: oldSelf.hasValue() || self == 'x'`,
  ]);
  expect(await refused({ map: { 'a.b': '' } })).toEqual([
    `spec.map[a.b]: Invalid value: failed rule: !('a.b' in self)`,
  ]);
  expect(await refused({ port: 'x' })).toEqual([
    `spec.port: Invalid value: "": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self > 1 || self == '50%'`,
  ]);
  expect(await refused({ time: '30s' })).toEqual(['spec.time: Invalid value: "30s": too short']);
  expect(await refused({ item: [{ a: '' }, {}] })).toEqual(['spec.item[1]: Invalid value: failed rule: has(self.a)']);
  expect((await api.post(things, thing('a', { once: 'a', first: 'x', set: ['a', 'b'] }))).code).toBe(201);
  expect((await api.merge(`${things}/a`, { spec: { first: 'y', set: ['b', 'a'] } })).code).toBe(200);
  expect((await api.merge(`${things}/a`, { spec: { once: 'b', set: ['b'] } })).body.details.causes).toHaveLength(2);
});

test('a rule of the object itself sees its name', async () => {
  await using api = await startTestServer();
  const crd = thingCrd(object({ a: text }));
  const [version] = crd.spec.versions;
  Object.assign(version.schema.openAPIV3Schema, ruled({}, "self.metadata.name != 'no' && self.kind == 'Thing'"));
  expect((await api.post(crds, crd)).code).toBe(201);
  await api.until(things, ({ code }) => code === 200);
  expect((await api.post(things, thing('yes'))).code).toBe(201);
  const { body } = await api.post(things, thing('no'));
  expect(body.message).toBe(
    `Thing.s1.sluice.dev "no" is invalid: <nil>: Invalid value: failed rule: self.metadata.name != 'no' && self.kind == 'Thing'`,
  );
});

test('rules that cost too much end the evaluation', async () => {
  await using api = await startTestServer();
  const numbers = { type: 'array', items: { type: 'integer' } };
  const heavy = 'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))';
  await installThings(api, object({ a: ruled(numbers, heavy), b: ruled(text, 'false') }));
  const spec = { a: Array.from({ length: 200 }, (_, i) => i), b: 'x' };
  const { body } = await api.post(things, thing('q', spec));
  expect(body.details.causes).toEqual([
    {
      reason: 'FieldValueInvalid',
      field: 'spec.a',
      message: `Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${heavy}`,
    },
  ]);
});

// kube-api G-228
test('patterns take linear time and are Go', async () => {
  await using api = await startTestServer();
  await installThings(api, object({ a: { ...text, pattern: '^(a+)+$' }, b: { ...text, pattern: '(?s)^.\\z' } }));
  const started = cpuMs();
  expect((await api.post(things, thing('q', { a: `${'a'.repeat(50_000)}!` }))).code).toBe(422);
  expect(cpuMs() - started).toBeLessThan(2000);
  expect((await api.post(things, thing('q', { b: '\n' }))).code).toBe(201);
  const { body } = await api.post(crds, thingCrd(object({ a: { ...text, pattern: '(?=a)' } })));
  expect(body.details.causes[0].message).toBe(
    'Invalid value: "(?=a)": must be a valid regular expression, but isn\'t: error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
  );
});

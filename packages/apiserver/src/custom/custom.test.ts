import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { startTestServer, type Json, type TestServer } from '../test/client.ts';
import { anySpec, causes, crds, installThings, thing, thingCrd, things } from '../test/objects.ts';

const object = (properties: Json, more: Json = {}): Json => ({ type: 'object', properties, ...more });
const text = { type: 'string' };

describe('definitions', () => {
  // kube-api G-216
  test('are established', async () => {
    await using api = await startTestServer();
    const created = await installThings(api);
    expect(created.status).toEqual({
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: ['v1'],
    });
    expect(created.spec.names).toEqual({
      plural: 'things',
      singular: 'thing',
      kind: 'Thing',
      listKind: 'ThingList',
      shortNames: ['th'],
    });
    expect(created.spec.conversion).toEqual({ strategy: 'None' });
    const { body } = await api.get(`${crds}/things.s1.sluice.dev`);
    expect(body.status.conditions.map((c: Json) => [c.type, c.status, c.reason, c.message])).toEqual([
      ['NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'],
      ['Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted'],
    ]);
    expect(body.status.acceptedNames).toEqual(created.spec.names);
    expect((await api.get('/apis/apiextensions.k8s.io/v1beta1')).code).toBe(404); // kube-api G-245
  });

  // kube-api G-217, G-219, G-248
  test.each([
    ['another name', (crd: Json) => (crd.metadata.name = 'x.s1.sluice.dev'), 'FieldValueInvalid metadata.name'],
    [
      'a group without dot',
      (crd: Json) => Object.assign(crd, { metadata: { name: 'things.nodot' }, spec: { ...crd.spec, group: 'nodot' } }),
      'FieldValueInvalid spec.group',
    ],
    [
      'two storage versions',
      (crd: Json) => crd.spec.versions.push({ ...crd.spec.versions[0], name: 'v2' }),
      'FieldValueInvalid spec.versions',
    ],
    [
      'no schema',
      (crd: Json) => delete crd.spec.versions[0].schema,
      'FieldValueRequired spec.versions[0].schema.openAPIV3Schema',
    ],
    ['a bad scope', (crd: Json) => (crd.spec.scope = 'Foo'), 'FieldValueNotSupported spec.scope'],
    [
      'one name for kind and list',
      (crd: Json) => (crd.spec.names.listKind = 'Thing'),
      'FieldValueInvalid spec.names.listKind',
    ],
    [
      'a webhook',
      (crd: Json) => (crd.spec.conversion = { strategy: 'Webhook' }),
      'FieldValueRequired spec.conversion.webhookClientConfig',
    ],
    [
      'a bad column',
      (crd: Json) => (crd.spec.versions[0].additionalPrinterColumns = [{ name: 'a', type: 'foo', jsonPath: 'x' }]),
      'FieldValueInvalid spec.additionalPrinterColumns[0].type',
    ],
    [
      'selectable metadata',
      (crd: Json) => (crd.spec.versions[0].selectableFields = [{ jsonPath: '.metadata.name' }]),
      'FieldValueInvalid spec.selectableFields[0].jsonPath',
    ],
    [
      'a selectable object',
      (crd: Json) => (crd.spec.versions[0].selectableFields = [{ jsonPath: '.spec' }]),
      'FieldValueInvalid spec.selectableFields[0].jsonPath',
    ],
    [
      'an unapproved group',
      (crd: Json) =>
        Object.assign(crd, { metadata: { name: 'things.x.k8s.io' }, spec: { ...crd.spec, group: 'x.k8s.io' } }),
      'FieldValueRequired metadata.annotations[api-approved.kubernetes.io]',
    ],
  ])('with %s are refused', async (_what, spoil, cause) => {
    await using api = await startTestServer();
    const crd = thingCrd(anySpec);
    spoil(crd);
    const answer = await api.post(crds, crd);
    expect(answer.code).toBe(422);
    expect(causes(answer.body)).toContain(cause);
  });

  const root = 'spec.validation.openAPIV3Schema.properties[spec]';

  // kube-api G-218, G-249, G-373
  test.each([
    ['no type', object({ a: {} }), `FieldValueRequired ${root}.properties[a].type`],
    ['a reference', object({ a: { type: 'string', $ref: '#/x' } }), `FieldValueForbidden ${root}.properties[a].$ref`],
    [
      'both kinds of properties',
      object({ a: text }, { additionalProperties: text }),
      `FieldValueForbidden ${root}.additionalProperties`,
    ],
    [
      'a default in a junctor',
      object({ a: text }, { anyOf: [{ properties: { a: { default: 'x' } } }] }),
      `FieldValueForbidden ${root}.anyOf[0].properties[a].default`,
    ],
    [
      'a type in a junctor',
      object({ a: text }, { anyOf: [{ type: 'object' }] }),
      `FieldValueForbidden ${root}.anyOf[0].type`,
    ],
    [
      'unique items',
      object({ a: { type: 'array', items: text, uniqueItems: true } }),
      `FieldValueForbidden ${root}.properties[a].uniqueItems`,
    ],
    [
      'keys without a list type',
      object({ a: { type: 'array', items: object({ k: text }), 'x-kubernetes-list-map-keys': ['k'] } }),
      `FieldValueRequired ${root}.properties[a].x-kubernetes-list-type`,
    ],
    [
      'an optional key',
      object({
        a: {
          type: 'array',
          items: object({ k: text }),
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
        },
      }),
      `FieldValueRequired ${root}.properties[a].items.properties[k].default`,
    ],
    [
      'a set of maps',
      object({ a: { type: 'array', items: object({ k: text }), 'x-kubernetes-list-type': 'set' } }),
      `FieldValueInvalid ${root}.properties[a].items.x-kubernetes-map-type`,
    ],
    ['an array without items', object({ a: { type: 'array' } }), `FieldValueRequired ${root}.properties[a].items`],
    ['an unknown type', object({ a: { type: 'foo' } }), `FieldValueNotSupported ${root}.properties[a].type`],
    [
      'a bad pattern',
      object({ a: { type: 'string', pattern: '[' } }),
      `FieldValueInvalid ${root}.properties[a].pattern`,
    ],
    [
      'a default of another type',
      object({ a: { type: 'string', default: 1 } }),
      `FieldValueTypeInvalid ${root}.properties[a].default`,
    ],
    [
      'a default outside of the values',
      object({ a: { type: 'string', enum: ['y'], default: 'x' } }),
      `FieldValueNotSupported ${root}.properties[a].default`,
    ],
    [
      'an embedded resource of nothing',
      object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true } }),
      `FieldValueRequired ${root}.properties[a].properties`,
    ],
  ])('whose schema has %s are refused', async (_what, schema, cause) => {
    await using api = await startTestServer();
    const answer = await api.post(crds, thingCrd(schema));
    expect([answer.code, causes(answer.body)]).toEqual([422, [cause]]);
  });

  // kube-api G-221, G-222, G-373
  test('cannot change everything', async () => {
    await using api = await startTestServer();
    await installThings(api);
    const path = `${crds}/things.s1.sluice.dev`;
    await api.until(path, ({ body }) => body.status.conditions?.length === 2);
    const change = async (patch: Json) => causes((await api.merge(path, { spec: patch })).body);
    expect(await change({ scope: 'Cluster' })).toEqual(['FieldValueInvalid spec.scope']);
    expect(await change({ names: { kind: 'Other', listKind: 'OtherList' } })).toEqual([
      'FieldValueInvalid spec.names.kind',
    ]);
    const { body } = await api.get(path);
    const [v1] = body.spec.versions;
    const moved = await api.put(path, { ...body, spec: { ...body.spec, versions: [{ ...v1, name: 'v2' }] } });
    expect(moved.body.message).toContain('missing from spec.versions; v1 was previously a storage version');
    const broken = { ...v1, name: 'v2', storage: false, schema: { openAPIV3Schema: object({ spec: {} }) } };
    const two = await api.put(path, { ...body, spec: { ...body.spec, versions: [v1, broken] } });
    expect(causes(two.body)).toEqual([
      'FieldValueRequired spec.versions[1].schema.openAPIV3Schema.properties[spec].type',
    ]);
  });

  // kube-api G-220
  test('wait for names that others have', async () => {
    await using api = await startTestServer();
    await installThings(api);
    const other = thingCrd(anySpec);
    other.metadata.name = 'others.s1.sluice.dev';
    other.spec.names = { plural: 'others', kind: 'Other', shortNames: ['th'] };
    await api.post(crds, other);
    const path = `${crds}/others.s1.sluice.dev`;
    const { body } = await api.until(path, (answer) => answer.body.status.conditions?.length === 2);
    expect(body.status.conditions.map((c: Json) => [c.status, c.reason])).toEqual([
      ['False', 'ShortNamesConflict'],
      ['False', 'NotAccepted'],
    ]);
    expect((await api.get('/apis/s1.sluice.dev/v1/others')).code).toBe(404);
    await api.delete(`${crds}/things.s1.sluice.dev`);
    await api.until('/apis/s1.sluice.dev/v1/others', ({ code }) => code === 200);
  });

  // kube-api G-240, G-244, G-247
  test('versions, list kind and deprecation', async () => {
    await using api = await startTestServer();
    const crd = thingCrd(anySpec);
    crd.spec.names.listKind = 'Heap';
    const [v1] = crd.spec.versions;
    crd.spec.versions = [
      { ...v1, deprecated: true },
      { ...v1, name: 'v2', storage: false },
    ];
    await api.post(crds, crd);
    await api.until('/apis/s1.sluice.dev', ({ code }) => code === 200);
    const created = await api.post(things, thing('a'));
    expect(created.warnings).toEqual(['s1.sluice.dev/v1 Thing is deprecated; use s1.sluice.dev/v2 Thing']);
    expect((await api.get(things)).body.kind).toBe('Heap');
    const { body } = await api.get(`${crds}/things.s1.sluice.dev`);
    body.spec.versions[0].served = false;
    await api.put(`${crds}/things.s1.sluice.dev`, body);
    await api.until(things, ({ code }) => code === 404);
    expect((await api.get(`${things.replace('v1', 'v2')}/a`)).body.apiVersion).toBe('s1.sluice.dev/v2');
  });
});

describe('objects', () => {
  // kube-api G-223, G-224
  test('are pruned', async () => {
    await using api = await startTestServer();
    const inner = object({ known: object({ a: text }) }, { 'x-kubernetes-preserve-unknown-fields': true });
    await installThings(api, object({ a: text, list: { type: 'array', items: object({ a: text }) }, free: inner }));
    const spec = { a: 'x', b: 1, list: [{ a: 'x', b: 1 }], free: { other: { y: 1 }, known: { a: 'x', b: 1 } } };
    const { body } = await api.post(things, thing('a', spec, { nope: 1 }));
    expect(body.spec).toEqual({ a: 'x', list: [{ a: 'x' }], free: { other: { y: 1 }, known: { a: 'x' } } });
    expect(body.metadata.nope).toBeUndefined();
    expect((await api.post(things, thing('b', {}, { labels: { a: 1 } }))).code).toBe(400);
  });

  // kube-api G-230, G-231, B-81
  test('get defaults', async () => {
    await using api = await startTestServer();
    const schema = object({
      parent: object({ a: { type: 'string', default: 'x' } }),
      given: object({ a: { type: 'string', default: 'x' } }, { default: {} }),
      items: { type: 'array', items: object({ a: { type: 'integer', default: 1 } }) },
      map: { type: 'object', additionalProperties: object({ a: { type: 'integer', default: 1 } }) },
      maybe: { type: 'string', nullable: true },
      never: text,
      set: { type: 'string', default: 'd' },
    });
    await installThings(api, schema);
    const sent = { items: [{}], map: { k: {} }, maybe: null, never: null, set: null };
    const { body } = await api.post(things, thing('a', sent));
    expect(body.spec).toEqual({ given: { a: 'x' }, items: [{ a: 1 }], map: { k: { a: 1 } }, maybe: null, set: 'd' });
    const path = `${crds}/things.s1.sluice.dev`;
    const { body: crd } = await api.get(path);
    crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.late = { type: 'string', default: 'l' };
    await api.put(path, crd);
    const read = await api.until(`${things}/a`, (answer) => answer.body.spec.late === 'l');
    expect(read.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  // kube-api G-225, G-226, G-227, G-228, G-229, G-375
  test.each([
    [
      { type: 'integer' },
      'x',
      'FieldValueTypeInvalid spec.v',
      'Invalid value: "string": spec.v in body must be of type integer: "string"',
    ],
    [
      { type: 'string', enum: ['a', 'b'] },
      'c',
      'FieldValueNotSupported spec.v',
      'Unsupported value: "c": supported values: "a", "b"',
    ],
    [{ type: 'string', maxLength: 2 }, 'abc', 'FieldValueTooLong spec.v', 'Too long: may not be more than 2 bytes'],
    [
      { type: 'string', minLength: 2 },
      'b',
      'FieldValueInvalid spec.v',
      'Invalid value: "b": spec.v in body should be at least 2 chars long',
    ],
    [
      { type: 'string', pattern: '^a' },
      'b',
      'FieldValueInvalid spec.v',
      `Invalid value: "b": spec.v in body should match '^a'`,
    ],
    [
      { type: 'array', items: text, maxItems: 1 },
      ['a', 'b'],
      'FieldValueTooMany spec.v',
      'Too many: 2: must have at most 1 item',
    ],
    [
      { type: 'array', items: text, minItems: 1 },
      [],
      'FieldValueInvalid spec.v',
      'Invalid value: 0: spec.v in body should have at least 1 items',
    ],
    [
      { type: 'integer', minimum: 2 },
      1,
      'FieldValueInvalid spec.v',
      'Invalid value: 1: spec.v in body should be greater than or equal to 2',
    ],
    [
      { type: 'integer', maximum: 2, exclusiveMaximum: true },
      2,
      'FieldValueInvalid spec.v',
      'Invalid value: 2: spec.v in body should be less than 2',
    ],
    [
      { type: 'integer', multipleOf: 2 },
      3,
      'FieldValueInvalid spec.v',
      'Invalid value: 3: spec.v in body should be a multiple of 2',
    ],
    [
      { type: 'string', format: 'duration' },
      'x',
      'FieldValueTypeInvalid spec.v',
      'Invalid value: "x": spec.v in body must be of type duration: "x"',
    ],
    [
      { type: 'string', format: 'date-time' },
      '2026',
      'FieldValueTypeInvalid spec.v',
      'Invalid value: "2026": spec.v in body must be of type date-time: "2026"',
    ],
    [
      { type: 'integer', format: 'int32' },
      2 ** 40,
      'FieldValueInvalid <nil>',
      'Invalid value: "": Checked value must be of type integer with format int32 in spec.v',
    ],
    [
      { 'x-kubernetes-int-or-string': true },
      true,
      'FieldValueTypeInvalid spec.v',
      'Invalid value: "boolean": spec.v in body must be of type integer,string: "boolean"',
    ],
    [object({ a: text }, { required: ['a'] }), {}, 'FieldValueRequired spec.v.a', 'Required value'],
    [
      object({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
      { a: '', b: '' },
      'FieldValueInvalid <nil>',
      'Invalid value: "": "spec.v" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
    [
      object({ a: text }, { not: { required: ['a'] } }),
      { a: '' },
      'FieldValueInvalid <nil>',
      'Invalid value: "": "spec.v" must not validate the schema (not)',
    ],
    [
      { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
      ['a', 'a'],
      'FieldValueDuplicate spec.v[1]',
      'Duplicate value: "a"',
    ],
  ])('of schema %j with %j are refused', async (schema, value, cause, message) => {
    await using api = await startTestServer();
    await installThings(api, object({ v: schema }));
    const answer = await api.post(things, thing('a', { v: value }));
    expect([answer.code, causes(answer.body), answer.body.details?.causes[0].message]).toEqual([422, [cause], message]);
  });

  test('that are right are taken', async () => {
    await using api = await startTestServer();
    const schema = object({
      ios: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      emoji: { type: 'string', maxLength: 2 },
      part: { type: 'string', pattern: 'b' },
      odd: { type: 'string', format: 'nobody-knows' },
      float: { type: 'integer' },
    });
    await installThings(api, schema);
    const taken = async (spec: Json) =>
      (await api.post(things, { ...thing('x'), metadata: { generateName: 'x-' }, spec })).body.spec;
    expect(await taken({ ios: 5 })).toEqual({ ios: 5 }); // kube-api G-226
    expect(await taken({ ios: '5' })).toEqual({ ios: '5' });
    expect(await taken({ emoji: '😀😀' })).toEqual({ emoji: '😀😀' }); // kube-api G-229
    expect(await taken({ part: 'abc' })).toEqual({ part: 'abc' }); // kube-api G-228
    expect(await taken({ odd: '?' })).toEqual({ odd: '?' }); // kube-api G-227
    expect(
      (await api.call('POST', things, { body: JSON.stringify(thing('f', { float: 1 })).replace(':1}', ':1.0}') })).body
        .spec,
    ).toEqual({ float: 1 }); // kube-api B-79
  });

  // kube-api G-232, G-233, G-234, G-235
  test('obey rules', async () => {
    await using api = await startTestServer();
    const rule = (text_: string, more: Json = {}) => ({ 'x-kubernetes-validations': [{ rule: text_, ...more }] });
    const schema = object(
      {
        fixed: { ...text, ...rule('self == oldSelf', { message: 'fixed is fixed' }) },
        short: {
          ...text,
          ...rule('size(self) < 3', { messageExpression: '"too long: " + self', reason: 'FieldValueForbidden' }),
        },
        odd: { type: 'integer', ...rule('10 / self > 0') },
        number: { type: 'integer' },
        a: text,
        b: text,
      },
      rule('!(has(self.a) && has(self.b))', { fieldPath: '.b', message: 'not both' }),
    );
    await installThings(api, schema);
    const refusal = async (spec: Json) => (await api.post(things, { ...thing('q'), spec })).body.details.causes;
    expect(await refusal({ short: 'abcd' })).toEqual([
      { reason: 'FieldValueForbidden', message: 'Forbidden: too long: abcd', field: 'spec.short' },
    ]);
    expect(await refusal({ odd: 0 })).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "integer": division by zero evaluating rule: 10 / self > 0',
        field: 'spec.odd',
      },
    ]);
    expect(await refusal({ a: '', b: '' })).toEqual([
      { reason: 'FieldValueInvalid', message: 'Invalid value: not both', field: 'spec.b' },
    ]);
    expect((await refusal({ short: 'abcd', number: 'x' })).map((c: Json) => c.field)).toEqual(['spec.number', '<nil>']);
    await api.post(things, thing('a', { fixed: 'x' }));
    expect((await api.merge(`${things}/a`, { spec: { fixed: 'x', number: 1 } })).code).toBe(200);
    expect((await api.merge(`${things}/a`, { spec: { fixed: 'y' } })).body.message).toContain(
      'spec.fixed: Invalid value: "y": fixed is fixed',
    );
    const unknown = await api.post(crds, thingCrd({ ...text, ...rule('self.foo()') }));
    expect(unknown.body.message).toContain("compilation failed: ERROR: <input>:1:9: undeclared reference to 'foo'");
  });

  // kube-api G-237, G-238
  test('that were valid before stay so where they do not change', async () => {
    await using api = await startTestServer();
    await installThings(api, object({ a: text, b: text }));
    await api.post(things, thing('a', { a: 'long', b: 'x' }));
    await tighten(api);
    expect((await api.merge(`${things}/a`, { metadata: { labels: { x: 'y' } } })).code).toBe(200);
    expect((await api.merge(`${things}/a`, { spec: { b: 'y' } })).code).toBe(200);
    expect((await api.merge(`${things}/a`, { spec: { a: 'longer' } })).code).toBe(422);
    expect((await api.merge(`${things}/a/status`, { status: { x: 1 } })).code).toBe(200);
  });
});

async function tighten(api: TestServer): Promise<void> {
  const path = `${crds}/things.s1.sluice.dev`;
  const { body } = await api.get(path);
  body.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.a.maxLength = 1;
  await api.put(path, body);
  await api.until(things, ({ code }) => code === 200);
  for (;;) {
    const { code } = await api.post(`${things}?dryRun=All`, thing('probe', { a: 'long' }));
    if (code === 422) return;
  }
}

const fluxCrds = corpusPath('flux-crds');

describe.skipIf(fluxCrds === undefined)(`Flux's own definitions (${corpusMissing})`, () => {
  // kube-api G-246
  test('are established, and kept through an apply', async () => {
    await using api = await startTestServer();
    const files = readdirSync(fluxCrds ?? '').filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const name = file.replace('.yaml', '').split('_').toReversed().join('.');
      const body = readFileSync(join(fluxCrds ?? '', file), 'utf8');
      const applied = await api.call('PATCH', `${crds}/${name}?fieldManager=m&fieldValidation=Strict`, {
        body,
        type: 'application/apply-patch+yaml',
      });
      expect([file, applied.code]).toEqual([file, 201]);
      await api.until(`${crds}/${name}`, (answer) =>
        answer.body.status.conditions?.some((c: Json) => c.type === 'Established' && c.status === 'True'),
      );
      const { revision } = api.server;
      await api.call('PATCH', `${crds}/${name}?fieldManager=m`, { body, type: 'application/apply-patch+yaml' });
      expect(api.server.revision).toBe(revision);
    }
  });
});

import { expect, test } from 'vitest';
import { schemaOfCustomResource } from './custom.ts';
import { deducedSchema } from './deduced.ts';
import type { JsonObject, Schema } from './schema.ts';

function property(source: JsonObject): Schema {
  const schema = schemaOfCustomResource({ type: 'object', properties: { p: source } });
  return schema.map!.fields.get('p')!.schema;
}

// kube-api §7.3
test.each([
  [{ type: 'string' }, 'string'],
  [{ type: 'string', format: 'byte' }, 'string'],
  [{ type: 'string', format: 'date-time' }, 'untyped'],
  [{ type: 'integer', format: 'int64' }, 'numeric'],
  [{ type: 'number' }, 'numeric'],
  [{ type: 'boolean' }, 'boolean'],
  [{ 'x-kubernetes-int-or-string': true }, 'untyped'],
])('%j is %s', (source, want) => {
  expect(property(source).scalar).toBe(want);
});

test.each([
  [{}, 'atomic', []],
  [{ 'x-kubernetes-list-type': 'atomic' }, 'atomic', []],
  [{ 'x-kubernetes-list-type': 'set' }, 'set', []],
  [{ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a', 'b'] }, 'map', ['a', 'b']],
])('a list with %j is %s by %j', (extensions, type, keys) => {
  expect(property({ type: 'array', items: { type: 'string' }, ...extensions }).list).toMatchObject({ type, keys });
});

test('undeclared keys are unknown, unless the schema keeps them or declares none', () => {
  const declared = { type: 'object', properties: { a: { type: 'object', properties: { b: { type: 'string' } } } } };
  expect(property(declared).map?.values).toBeUndefined();
  expect(property({ type: 'object' }).map?.values).toBe(deducedSchema);
  expect(property({ type: 'object', additionalProperties: { type: 'string' } }).map?.values?.scalar).toBe('string');
  const kept = property({ ...declared, 'x-kubernetes-preserve-unknown-fields': true });
  expect(kept.map?.values).toBe(deducedSchema);
  expect(kept.map?.fields.get('a')?.schema.map?.values).toBe(deducedSchema); // holds below, too
});

test('a map type can be atomic', () => {
  expect(property({ type: 'object', 'x-kubernetes-map-type': 'atomic' }).map?.atomic).toBe(true);
  expect(property({ type: 'object', 'x-kubernetes-map-type': 'granular' }).map?.atomic).toBe(false);
});

test('defaults are kept, for they complete list keys', () => {
  const items = { type: 'object', properties: { protocol: { type: 'string', default: 'TCP' } } };
  expect(property({ type: 'array', items }).list?.items.map?.fields.get('protocol')?.default).toBe('TCP');
});

test('metadata is that of every object, in embedded resources too', () => {
  const root = schemaOfCustomResource({ type: 'object', properties: { metadata: { type: 'object' } } });
  const embedded = property({ type: 'object', 'x-kubernetes-embedded-resource': true });
  for (const { map } of [root, embedded]) {
    expect(map?.fields.get('metadata')?.schema.map?.fields.get('finalizers')?.schema.list?.type).toBe('set');
    expect(map?.fields.get('kind')?.schema.scalar).toBe('string');
  }
});

test('without a schema all but the object fields is deduced', () => {
  const { map } = schemaOfCustomResource(undefined);
  expect(map?.values).toBe(deducedSchema);
  expect([...map!.fields.keys()]).toEqual(['apiVersion', 'kind', 'metadata']);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startTestServer, type Json } from '../test/client.ts';
import { crds } from '../test/objects.ts';

interface Recorded {
  readonly schema: Json;
  readonly object?: { readonly name: string; readonly spec: Json };
  /** The spec before, where the object is updated. */
  readonly old?: Json;
  /** Reason, field and message of each cause. */
  readonly want: readonly (readonly [string, string, string])[];
}

// What the validators of apiextensions-apiserver 0.36.3 found: in the definition, else in the object.
const recorded = JSON.parse(readFileSync(new URL('../test/rules.json', import.meta.url), 'utf8')) as Recorded[];

test('rules are judged as kube-apiserver judges them', async () => {
  await using api = await startTestServer();
  const differing: Json[] = [];
  for (const [index, { schema, object, old, want }] of recorded.entries()) {
    const group = `case${index}.sluice.dev`;
    const path = `/apis/${group}/v1/namespaces/default/things`;
    const bodyOf = (name: string, spec: Json) => ({
      apiVersion: `${group}/v1`,
      kind: 'Thing',
      metadata: { name },
      spec,
    });
    let answer = await api.post(crds, definition(group, schema));
    if (answer.code === 201 && object !== undefined) {
      await api.until(path, ({ code }) => code === 200);
      if (old !== undefined) expect((await api.post(path, bodyOf(object.name, old))).code).toBe(201);
      answer =
        old === undefined
          ? await api.post(path, bodyOf(object.name, object.spec))
          : await api.merge(`${path}/${object.name}`, { spec: object.spec });
    }
    const causes = (answer.body.details?.causes ?? []) as Json[];
    const got = causes.map(({ reason, field, message }) => [reason, field, message]);
    const isSame = JSON.stringify(got.map(String).sort()) === JSON.stringify(want.map(String).sort());
    if (!isSame) differing.push({ schema, want, got });
  }
  expect(differing).toEqual([]);
  expect(recorded.length).toBeGreaterThan(70);
});

function definition(group: string, schema: Json): Json {
  return {
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

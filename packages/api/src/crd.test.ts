import { readFileSync } from 'node:fs';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildCrd, kindSchemas, type GitRepositorySpec, type KindSchema } from './index.ts';

/** Where our CRDs differ from Flux's on purpose: path in the CRD → why. Everything else but descriptions is equal. */
const intended: Readonly<Record<string, string>> = {
  'metadata.annotations.controller-gen.kubebuilder.io/version': 'made by another generator',
};

test.for<KindSchema>(kindSchemas)('the CRD of $gvk.kind has the structure of Flux', (kind, { skip }) => {
  const file = corpusPath(`flux-crds/${kind.gvk.group}_${kind.plural}.yaml`);
  if (file === undefined) return skip(corpusMissing);
  const theirs: unknown = parse(readFileSync(file, 'utf8'));
  expect(differences(theirs, JSON.parse(JSON.stringify(buildCrd(kind))), '')).toEqual([]);
});

test('every field of a CRD is described', () => {
  const missing = kindSchemas.flatMap((kind) => undescribed(kind.spec, kind.gvk.kind));
  expect(missing).toEqual([]);
});

test('a schema gives the type of its objects', () => {
  const spec: GitRepositorySpec = { url: 'https://example.com/a.git', interval: '1m', ref: { branch: 'main' } };
  // @ts-expect-error: the interval is required
  const incomplete: GitRepositorySpec = { url: 'https://example.com/a.git' };
  // @ts-expect-error: no such provider
  const wrong: GitRepositorySpec = { ...spec, provider: 'gitlab' };
  expect([spec.ref?.branch, incomplete.interval, wrong.provider]).toEqual(['main', undefined, 'gitlab']);
});

/** Paths at which two CRDs differ, descriptions and the order of `required` and `enum` aside. */
function differences(theirs: unknown, ours: unknown, path: string): string[] {
  if (path in intended) return [];
  if (isRecord(theirs) && isRecord(ours)) {
    const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...names]
      .filter((name) => name !== 'description' || isRecord(theirs[name]) || isRecord(ours[name]))
      .flatMap((name) => differences(theirs[name], ours[name], path === '' ? name : `${path}.${name}`));
  }
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    const sorted = /\.(required|enum)$/.test(path);
    const [a, b]: unknown[][] = sorted ? [inOrder(theirs), inOrder(ours)] : [theirs, ours];
    return a!.flatMap((item, index) => differences(item, b?.[index], `${path}[${index}]`));
  }
  return theirs === ours ? [] : [`${path}: Flux has ${JSON.stringify(theirs)}, we have ${JSON.stringify(ours)}`];
}

function inOrder(list: unknown[]): unknown[] {
  return list.map(String).toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

function undescribed(schema: unknown, path: string): string[] {
  if (!isRecord(schema)) return [];
  const own = typeof schema['description'] === 'string' ? [] : [path];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  return [...own, ...Object.entries(properties).flatMap(([name, child]) => undescribed(child, `${path}.${name}`))];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

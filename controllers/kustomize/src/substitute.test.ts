import { readFileSync } from 'node:fs';
import { parseDocument, toBuildData, type DataObject } from '@sluice/manifest';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { substitute } from './substitute.ts';

interface Source {
  readonly kind: string;
  readonly name: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly optional?: boolean;
}

interface Case {
  readonly name: string;
  readonly input: {
    readonly op: string;
    readonly always: boolean;
    readonly strict: boolean;
    readonly manifest: string;
    readonly substitute?: Readonly<Record<string, string>>;
    readonly substituteFrom?: readonly Source[];
  };
  readonly want?: { readonly object: unknown };
  readonly error?: string;
}

const path = corpusPath('vectors/envsubst.json');

// kustomization 23-67, 23-68, 23-69, 23-70, 23-72, 23-73, 23-74, 23-75, 23-80, 23-81, 23-82
test('substitutes as Flux does', ({ skip }) => {
  skip(path === undefined, corpusMissing);
  const { cases } = JSON.parse(readFileSync(path!, 'utf8')) as { cases: Case[] };
  // Sources that do not exist are the business of `readVariables`.
  const compared = cases.filter(
    ({ input, error }) => input.op === 'resource' && error?.includes('" not found') !== true,
  );
  expect(compared.length).toBeGreaterThan(500);
  expect(compared.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
});

function problemOf({ name, input, want, error }: Case): string | undefined {
  const got = resultOf(input);
  if (error !== undefined) {
    // The parser's own words after this are the manifest package's business.
    const compared = error.replace(/(YAMLToJSON: ).*/s, '$1');
    const isPanic = error.startsWith('panic');
    return isPanic || String(got).includes(compared) ? undefined : `${name}: ${String(got)} instead of ${error}`;
  }
  const text = JSON.stringify(sorted(got));
  const wanted = JSON.stringify(sorted(want?.object));
  return text === wanted ? undefined : `${name}: ${got instanceof Error ? got.message : text} instead of ${wanted}`;
}

function resultOf({ manifest, always, strict, ...input }: Case['input']): unknown {
  const variables = new Map<string, string>();
  for (const { data = {} } of input.substituteFrom ?? []) {
    for (const [key, value] of Object.entries(data)) variables.set(key, value.replaceAll('\n', ''));
  }
  for (const [key, value] of Object.entries(input.substitute ?? {})) variables.set(key, value.replaceAll('\n', ''));
  const object = toBuildData(parseDocument(manifest).root!) as DataObject; // as the build gives it
  try {
    return substitute(object, variables, { always, strict });
  } catch (error) {
    return error;
  }
}

function sorted(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value); // as Go prints a float
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

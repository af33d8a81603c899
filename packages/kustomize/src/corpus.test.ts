import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusMissing, corpusPath, diskTree } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { buildKustomization, KustomizeError } from './index.ts';

const corpus = corpusPath('.');

interface IndexEntry {
  readonly dir: string;
  readonly expected: string;
}

interface ErrorEntry {
  readonly dir: string;
  readonly error: string;
}

function readJson<T>(file: string): T[] {
  return corpus === undefined ? [] : (JSON.parse(readFileSync(join(corpus, file), 'utf8')) as T[]); // files of the corpus
}

// engine 87
describe.skipIf(corpus === undefined)(corpus === undefined ? corpusMissing : 'the kustomize corpus', () => {
  const root = join(corpus ?? '', 'kustomize');

  test.each(readJson<IndexEntry>('kustomize-index.json'))('$dir builds byte for byte', ({ dir, expected }) => {
    const want = readFileSync(join(corpus ?? '', 'kustomize-expected', expected), 'utf8');
    expect(buildKustomization(diskTree, join(root, dir)).toYaml()).toBe(want);
  });

  test.each(readJson<ErrorEntry>('kustomize-errors.json'))(
    '$dir fails with the first line of kustomize',
    ({ dir, error }) => {
      const [line = ''] = failure(join(root, dir)).upstream.split('\n');
      const normalised = `Error: ${line}`.replaceAll(root, '{ROOT}').replaceAll(/0x[0-9a-f]+/g, '0xPTR');
      expect(normalised).toBe(error);
    },
  );
});

interface SeedEntry {
  readonly file: string;
  readonly build?: { readonly ok: boolean; readonly objects?: readonly string[]; readonly error?: string };
}

describe.skipIf(corpus === undefined)(corpus === undefined ? corpusMissing : 'the seeds corpus', () => {
  const seeds = readJson<SeedEntry>('seeds/index.json').filter(({ build }) => build !== undefined);

  test.each(seeds)('$file builds, or fails as it must', ({ file, build }) => {
    const folder = join(corpus ?? '', 'seeds', file, '..');
    if (build?.ok !== true) return expect(failure(folder).upstream).toContain(build?.error);
    const { resources } = buildKustomization(diskTree, folder);
    expect(resources.map(({ kind, name }) => `${kind}/${name}`)).toEqual(build.objects);
  });
});

function failure(folder: string): KustomizeError {
  try {
    buildKustomization(diskTree, folder).toYaml();
  } catch (error) {
    if (error instanceof KustomizeError) return error;
    throw error;
  }
  throw new Error(`${folder} builds`);
}

import { expect, test } from 'vitest';
import { findKrusty, goMissing } from '../oracle/go-tools.ts';
import { compareCases } from './compare.ts';

const firstSeed = 1;
const count = 150;

test('random kustomizations come out as those of kustomize', { timeout: 300_000 }, async ({ skip }) => {
  const krusty = findKrusty();
  skip(krusty === undefined, goMissing);
  const compared = await Array.fromAsync(compareCases(krusty!, firstSeed, count));
  expect(compared.filter(({ verdict }) => verdict === 'different')).toEqual([]);
  expect(compared.filter(({ verdict }) => verdict === 'equal').length).toBeGreaterThan(count / 4);
});

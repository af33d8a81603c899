import { findKrusty, goMissing } from '../oracle/go-tools.ts';
import { compareCases, type Compared, type Verdict } from './compare.ts';

const batchSize = 500;

export interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  /** Differences to print. */
  readonly show: number;
  /** Prints errors that differ in words, too. */
  readonly words: boolean;
}

/** Builds random kustomizations here and with kustomize. @returns how many came out differently */
export async function fuzzKustomize({ seed, cases, show, words }: FuzzOptions): Promise<number> {
  const krusty = findKrusty();
  if (krusty === undefined) throw new Error(goMissing);
  const counts = new Map<Verdict, number>();
  let shown = 0;
  for (let done = 0; done < cases; done += batchSize) {
    for await (const compared of compareCases(krusty, seed + done, Math.min(batchSize, cases - done))) {
      counts.set(compared.verdict, (counts.get(compared.verdict) ?? 0) + 1);
      const isShown = compared.verdict === 'different' || (words && compared.verdict === 'other words');
      if (isShown && shown++ < show) printDifference(compared);
    }
  }
  console.log([...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', '));
  return counts.get('different') ?? 0;
}

function printDifference({ seed, ours, theirs }: Compared): void {
  console.log(`seed ${seed}`);
  if (ours.error !== '' || theirs.error !== '') {
    console.log(`  ours:   ${ours.error || 'builds'}\n  theirs: ${theirs.error || 'builds'}`);
    return;
  }
  const [mine, real] = [ours.out.split('\n'), theirs.out.split('\n')];
  const first = real.findIndex((line, index) => line !== mine[index]);
  const from = Math.max(0, (first < 0 ? real.length : first) - 3);
  console.log(`  ours:\n${excerpt(mine, from)}\n  theirs:\n${excerpt(real, from)}`);
}

function excerpt(lines: readonly string[], from: number): string {
  return lines
    .slice(from, from + 7)
    .map((line) => `    ${line}`)
    .join('\n');
}

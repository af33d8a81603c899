import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { findKrusty, findKustomize, goMissing } from '../oracle/go-tools.ts';
import { machine, median, printTable, type Benchmark } from './benchmark.ts';
import { measureLarge } from './kustomize-large.ts';
import { measureMonorepo } from './kustomize-monorepo.ts';
import { measure, runWorker, type Measured } from './measured.ts';

export const benchmark: Benchmark = {
  summary: 'kustomize build: our engine, kustomize as a library in Go, and its program, over the corpus.',
  flags: {
    rounds: { help: 'rounds after the warm-up; the median counts', default: 5 },
    objects: { help: 'objects of the large build', default: 10_000 },
    overlays: { help: 'overlays of the monorepo', default: 200 },
  },
  async run(flag) {
    console.log(machine());
    await measureCorpus(flag('rounds'));
    await measureLarge(flag('objects'));
    await measureMonorepo(flag('overlays'));
  },
};

async function measureCorpus(rounds: number): Promise<void> {
  const folders = corpusFolders();
  const ours = runWorker(folders, rounds);
  const krusty = findKrusty();
  const kustomize = findKustomize();
  const krustyTimes = krusty === undefined ? undefined : measure(krusty, ['bench', String(rounds)], folders);
  const programTimes = kustomize === undefined ? undefined : runProgram(kustomize, folders, rounds);
  console.log(
    `\nThe corpus: ${folders.length} overlays, warm, one thread, nothing kept between builds, median of ${rounds}`,
  );
  const base = median(ours.totalsMs);
  const row = (name: string, measured: Measured | undefined): string[] => {
    if (measured === undefined) return [name, goMissing];
    const total = median(measured.totalsMs);
    const peak = measured.peakMiB === undefined ? '' : `${measured.peakMiB.toFixed(0)} MiB`;
    return [
      name,
      `${total.toFixed(0)} ms`,
      `${(total / folders.length).toFixed(2)} ms`,
      `${(total / base).toFixed(1)} ×`,
      peak,
    ];
  };
  printTable([
    ['', 'all', 'mean', 'time', 'peak'],
    row('our engine, in process', ours),
    row('kustomize as a library (Go), in process', krustyTimes),
    row('the kustomize program, one process each', programTimes),
  ]);
}

function corpusFolders(): string[] {
  const index = corpusPath('kustomize-index.json');
  if (index === undefined) throw new Error(corpusMissing);
  const entries = JSON.parse(readFileSync(index, 'utf8')) as { dir: string }[];
  return entries.map(({ dir }) => corpusPath(`kustomize/${dir}`)!);
}

/** The program starts anew for each folder, as scripts and other tools use it. */
function runProgram(program: string, folders: readonly string[], rounds: number): Measured {
  const totalsMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    for (const folder of folders) spawnSync(program, ['build', folder], { stdio: 'ignore' });
    totalsMs.push(performance.now() - startedAt);
  }
  return { totalsMs };
}

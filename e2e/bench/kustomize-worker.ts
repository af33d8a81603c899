// Builds the folders on stdin twice to warm up and then ROUNDS times, with nothing kept between builds. Prints one line of
// JSON, as the krusty program beside it does.
import { readFileSync } from 'node:fs';
import { openDiskTree } from '@sluice/disk-tree';
import { buildKustomization, KustomizeError } from '@sluice/kustomize';

const rounds = Number(process.argv[2]);
const folders = readFileSync(0, 'utf8').split('\n').filter(Boolean);

buildAll();
buildAll();
const perFolderMs: number[][] = folders.map(() => []);
const totalsMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  const times = buildAll();
  totalsMs.push(times.reduce((sum, ms) => sum + ms, 0));
  for (const [index, ms] of times.entries()) perFolderMs[index]!.push(ms);
}
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ totalsMs, perFolderMs, peakMiB }));

function buildAll(): number[] {
  return folders.map((folder) => {
    const startedAt = performance.now();
    build(folder);
    return performance.now() - startedAt;
  });
}

function build(folder: string): void {
  try {
    buildKustomization(openDiskTree(), folder).toYaml();
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
  }
}

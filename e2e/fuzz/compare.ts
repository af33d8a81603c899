import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildKustomization, KustomizeError, memoryTree } from '@sluice/kustomize';
import { randomCase, type FuzzCase } from './layers.ts';
import { mutated } from './mutate.ts';
import { Random } from './random.ts';

/** What became of a build: the text, or the first line of the error. */
interface Made {
  readonly out: string;
  readonly error: string;
}

export type Verdict = 'equal' | 'equal error' | 'other words' | 'upstream crashed' | 'different';

export interface Compared {
  readonly seed: number;
  readonly fuzzCase: FuzzCase;
  readonly ours: Made;
  readonly theirs: Made;
  readonly verdict: Verdict;
}

/** A case of its own for each seed. Every fifth one is damaged. */
export function caseOf(seed: number): FuzzCase {
  const random = new Random(seed);
  const made = randomCase(random);
  return random.chance(0.2) ? mutated(made, random) : made;
}

/** Builds the cases of `count` seeds from `firstSeed` on here and with kustomize's library. @param krusty its program */
export async function* compareCases(krusty: string, firstSeed: number, count: number): AsyncGenerator<Compared> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'sluice-fuzz-'));
  const cases = Array.from({ length: count }, (_, index) => caseOf(firstSeed + index));
  const folders = cases.map((fuzzCase, index) => writeCase(join(folder.path, String(index)), fuzzCase));
  const child = spawn(krusty, ['batch'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {}); // told by the missing answers
  child.stdin.end(`${folders.join('\n')}\n`);
  let index = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const { out, err } = JSON.parse(line) as { out: string; err: string };
    const fuzzCase = cases[index]!;
    const theirs = { out, error: comparableError(err) };
    const ours = build(fuzzCase, join(folder.path, String(index)), folders[index]!);
    yield { seed: firstSeed + index, fuzzCase, ours, theirs, verdict: judge(ours, theirs) };
    index++;
  }
  if (index < count) throw new Error(`${krusty} ended after ${index} of ${count} cases; see seed ${firstSeed + index}`);
}

function judge(ours: Made, theirs: Made): Verdict {
  if (theirs.error.startsWith('panic: ')) return 'upstream crashed';
  if (theirs.error === '' && ours.error === '') return ours.out === theirs.out ? 'equal' : 'different';
  if (theirs.error === '' || ours.error === '') return 'different';
  return ours.error === theirs.error ? 'equal error' : 'other words';
}

function build({ files }: FuzzCase, root: string, folder: string): Made {
  const encoder = new TextEncoder();
  const tree = memoryTree(new Map([...files].map(([path, text]) => [`${root}/${path}`, encoder.encode(text)])));
  try {
    return { out: buildKustomization(tree, folder).toYaml(), error: '' };
  } catch (error) {
    if (error instanceof KustomizeError) return { out: '', error: comparableError(error.upstream) };
    throw error; // a bug, whatever upstream does
  }
}

/** The first line, without addresses of Go objects. */
function comparableError(text: string): string {
  return text.split('\n')[0]!.replaceAll(/0x[0-9a-f]+/g, '0xPTR');
}

function writeCase(root: string, { files, folder }: FuzzCase): string {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return join(root, folder);
}

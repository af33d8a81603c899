import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const worker = join(import.meta.dirname, 'kustomize-worker.ts');

/** What a program says that builds all folders several times. */
export interface Measured {
  /** Of each round. */
  readonly totalsMs: readonly number[];
  readonly peakMiB?: number;
}

/** Our engine, in a process of its own. */
export function runWorker(folders: readonly string[], rounds: number): Measured {
  return measure(process.execPath, [worker, String(rounds)], folders);
}

/** Runs a program that reads folders and prints what it measured. */
export function measure(program: string, args: readonly string[], folders: readonly string[]): Measured {
  const done = spawnSync(program, args, { input: `${folders.join('\n')}\n`, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (done.status !== 0) throw new Error(`${program} failed: ${done.error?.message ?? done.stderr}`);
  return JSON.parse(done.stdout) as Measured;
}

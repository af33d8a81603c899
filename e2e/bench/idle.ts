import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { machine, median, printTable, type Benchmark } from './benchmark.ts';

interface Idle {
  readonly healthyMs: number;
  readonly rssMiB: readonly number[];
  readonly cpuMs: number;
  /** `METHOD path` of everything that any server of the process was asked. */
  readonly requests: readonly string[];
}

export const benchmark: Benchmark = {
  summary: 'Local mode with the sample fleet when nothing changes: memory, requests, processor time.',
  flags: { seconds: { help: 'how long to look', default: 60 } },
  async run(flag) {
    const seconds = flag('seconds');
    console.log(machine());
    const { healthyMs, rssMiB, cpuMs, requests } = await measureIdle(seconds);
    const watches = requests.filter((line) => line.includes('watch=true')).length;
    console.log(`\nLocal mode, all servers and controllers in one process, idle for ${seconds} s`);
    printTable([
      ['until everything is healthy', `${healthyMs.toFixed(0)} ms`],
      ['resident memory, median', `${median(rssMiB).toFixed(0)} MiB`],
      ['resident memory, most', `${Math.max(...rssMiB).toFixed(0)} MiB`],
      ['processor time', `${((cpuMs / (seconds * 1000)) * 100).toFixed(2)} %`],
      ['requests but watches', String(requests.length - watches)],
      ['watches started again', String(watches)],
    ]);
    for (const [line, count] of tally(requests)) console.log(`  ${count} × ${line}`);
  },
};

/** With the flags of `npm start`. */
async function measureIdle(seconds: number): Promise<Idle> {
  const worker = join(import.meta.dirname, 'idle-worker.ts');
  const child = spawn(process.execPath, ['--max-semi-space-size=1', worker, String(seconds)], {
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout)) as Idle;
}

function tally(lines: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

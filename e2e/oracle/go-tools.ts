import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const kustomizeVersion = 'v5.8.1';
const krustySource = join(import.meta.dirname, '../bench/krusty');

/** Cold, on two cores, a build takes half a minute. */
const buildTimeoutMs = 240_000;

/** Programs are built once and kept here, outside of the repository. */
function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(base, 'sluice', 'oracle');
}

/** Path of the real kustomize, built when it is not there yet. @returns `undefined` without it and without Go */
export function findKustomize(): string | undefined {
  const folder = join(cacheFolder(), `kustomize-${kustomizeVersion}`);
  const program = join(folder, 'kustomize');
  if (existsSync(program)) return program;
  const made = go(['install', `sigs.k8s.io/kustomize/kustomize/v5@${kustomizeVersion}`], { GOBIN: folder });
  return made && existsSync(program) ? program : undefined;
}

/** Path of the program around kustomize's library, built when it is not there yet or its source changed. */
export function findKrusty(): string | undefined {
  const sources = ['main.go', 'go.mod', 'go.sum'].map((name) => readFileSync(join(krustySource, name), 'utf8'));
  const program = join(cacheFolder(), `krusty-${hash('sha256', sources.join('\0')).slice(0, 12)}`);
  if (existsSync(program)) return program;
  return go(['build', '-mod=readonly', '-o', program, '.'], {}, krustySource) ? program : undefined;
}

export const goMissing = 'neither the program nor Go to build it is there';

function go(args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string): boolean {
  mkdirSync(cacheFolder(), { recursive: true });
  const done = spawnSync('go', args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: buildTimeoutMs,
    cwd,
  });
  if (done.error !== undefined) return false; // no Go, or no answer from where its modules come from
  if (done.status !== 0) console.error(`go ${args.join(' ')} failed:\n${done.stderr.toString()}`);
  return done.status === 0;
}

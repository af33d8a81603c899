// Every check of the sources: types, lint, format, layers, purity, generated files. Ends with the number that failed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** What to do about a failure. */
  readonly hint: string;
}

const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '-p', '.'], hint: 'the compiler names file and line' },
  { name: 'lint', command: ['oxlint', '--deny-warnings'], hint: 'rules are in .oxlintrc.json' },
  { name: 'format', command: ['oxfmt', '--check'], hint: 'run npm run format' },
  { name: 'layers', command: ['turbo', 'boundaries'], hint: 'the directions are in turbo.json' },
  { name: 'purity', command: ['node', 'scripts/check-purity.ts'], hint: 'pass time, chance and files in as arguments' },
  { name: 'generated files', command: ['node', 'scripts/generate.ts', '--check'], hint: 'run npm run generate' },
];

/** Runs all checks. @returns the names of those that failed */
export function runChecks(): string[] {
  return checks.filter((check) => !passes(check)).map((check) => check.name);
}

function passes({ name, command: [program = '', ...args], hint }: Check): boolean {
  const startedAt = performance.now();
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  const done = spawnSync(program, args, { cwd: join(import.meta.dirname, '..'), encoding: 'utf8', env });
  const passed = done.status === 0;
  console.log(`${passed ? '✔' : '✗'} ${name} ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if (!passed) console.log(`${done.stdout}${done.stderr}${done.error?.message ?? ''}\n→ ${hint}\n`);
  return passed;
}

if (import.meta.main) process.exitCode = runChecks().length === 0 ? 0 : 1;

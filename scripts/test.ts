// `npm test`: the checks, then every suite. The last line is `N passed, N failed, N skipped`; a failed check counts as failed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runChecks } from './check.ts';

const failedChecks = runChecks();
const env = { ...process.env, SLUICE_FAILED_CHECKS: String(failedChecks.length) };
const suites = spawnSync('vitest', ['run', ...process.argv.slice(2)], {
  cwd: join(import.meta.dirname, '..'),
  stdio: 'inherit',
  env,
});
process.exitCode = failedChecks.length === 0 && suites.status === 0 ? 0 : 1;

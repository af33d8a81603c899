import process from 'node:process';
import { run } from './run.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => abort.abort(new Error(`stopped by ${signal}`)));
}
process.stdout.on('error', ignoreClosedPipe);

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  signal: abort.signal,
  isTerminal: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});

/** `sluice get all | head` ends early, and that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

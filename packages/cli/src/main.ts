import process from 'node:process';
import { run } from './run.ts';

const abort = new AbortController();
/** A terminal sends Ctrl-C to the whole group and npm passes it on once more: within this time it is still the same one. */
const sameSignalMs = 1000;
let firstSignalAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  signal: abort.signal,
  isTerminal: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});

/** `sluice get all | head` ends early, and that is no error. What local mode has started is stopped in order. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.once('exit', () => (process.exitCode = 0));
  if (!abort.signal.aborted) abort.abort(new Error('the reader of the output has gone'));
}

/** The first signal stops in order, a later one at once. */
function stop(signal: 'SIGINT' | 'SIGTERM'): void {
  if (!abort.signal.aborted) {
    firstSignalAt = performance.now();
    abort.abort(new Error(`stopped by ${signal}`));
  } else if (performance.now() - firstSignalAt > sameSignalMs) {
    process.exit(signal === 'SIGINT' ? 130 : 143);
  }
}

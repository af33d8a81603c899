import type { WireError } from './wire-error.ts';

/** A message from the pool to a thread. */
export interface Job {
  readonly task: string;
  readonly input: unknown;
}

/** A message from a thread to the pool: the result of its one job. */
export type Reply = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: WireError };

/**
 * Where a task's code lies. From source it is the `.ts` file that the caller names. A bundle holds each task as a file of
 * its own beside it, with the same base name and `.js`.
 * @param self URL of the module that asks
 */
export function resolveTask(task: URL, self: string): URL {
  return self.endsWith('.ts') ? task : new URL(task.href.replace(/\.ts$/, '.js'));
}

import { unwatchFile, watch, watchFile, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from './git.ts';

/** How often the files are looked at besides the events of the file system, which some miss. */
const pollMs = 2000;

/**
 * Calls `onMove` with the new commit whenever a branch of a repository on this disk moves: what a webhook is elsewhere.
 * Ends when the signal aborts.
 */
export async function watchBranch(
  gitDir: string,
  branch: string,
  onMove: (commit: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = await tip(gitDir, branch);
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    const commit = await tip(gitDir, branch);
    if (commit === '' || commit === last || signal.aborted) return;
    last = commit;
    onMove(commit);
  };
  // One look after another: what changes during a look is seen by the next.
  const onEvent = () => {
    looking = looking.then(look);
  };
  // A branch is a file of its own, a line of packed-refs, or in a table: whichever git uses here.
  const files = [join(gitDir, 'refs/heads', branch), join(gitDir, 'packed-refs'), join(gitDir, 'reftable/tables.list')];
  for (const file of files) watchFile(file, { interval: pollMs, persistent: false }, onEvent);
  const watchers = [...new Set(files.map(dirname))].map((folder) => tryWatch(folder, onEvent));
  await aborted(signal);
  for (const watcher of watchers) watcher?.close();
  for (const file of files) unwatchFile(file, onEvent);
  await looking;
}

/** A folder that is not there has no events; looking at the files makes up for it. */
function tryWatch(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, onEvent).on('error', () => {});
  } catch {
    return undefined;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function tip(gitDir: string, branch: string): Promise<string> {
  // Between two states of the repository there may be no answer; the next event brings it.
  return git(gitDir, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).catch(() => '');
}

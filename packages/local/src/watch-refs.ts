import { watch } from 'node:fs/promises';
import { git } from './git.ts';

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
  try {
    // Events only say that something moved; which commit it is, git says.
    for await (const _ of watch(gitDir, { recursive: true, signal })) {
      const commit = await tip(gitDir, branch);
      if (commit === '' || commit === last) continue;
      last = commit;
      onMove(commit);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function tip(gitDir: string, branch: string): Promise<string> {
  // Between two states of the repository there may be no answer; the next event brings it.
  return git(gitDir, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).catch(() => '');
}

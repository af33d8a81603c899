import { checkOutRepository, type CheckedOut, type FetchedRepository } from '@sluice/remote-bases';

/** Runs in a compute thread. @throws GitError (by name, where it comes from a thread) */
export function run(fetched: FetchedRepository): CheckedOut {
  return checkOutRepository(fetched);
}

import { GitError, openCheckout, parseGitmodules, type FetchedPacks, type Resolved } from '@sluice/git';
import { gitOperationFailed } from './errors.ts';

export interface ListInput {
  readonly fetched: FetchedPacks;
  readonly resolved: Resolved;
}

/** A submodule that the tree really has, at the commit that the tree names. */
export interface ListedSubmodule {
  readonly path: string;
  readonly url: string;
  readonly commit: string;
}

/**
 * The submodules of a commit. Runs in a compute thread.
 * @throws ReconcileError
 */
export function run({ fetched, resolved }: ListInput): ListedSubmodule[] {
  try {
    const checkout = openCheckout(fetched, resolved);
    const config = checkout.entries.find(({ path, type }) => path === '.gitmodules' && type === 'file');
    if (config === undefined) return [];
    const links = new Map(
      checkout.entries.filter(({ type }) => type === 'submodule').map(({ path, oid }) => [path, oid]),
    );
    return parseGitmodules(Buffer.from(checkout.read(config)).toString()).flatMap(({ path, url }) => {
      const commit = links.get(path);
      return commit === undefined ? [] : [{ path, url, commit }];
    });
  } catch (error) {
    throw error instanceof GitError ? gitOperationFailed(error) : error;
  }
}

import {
  GitError,
  parseRepositoryUrl,
  resolveSubmoduleUrl,
  type FetchedPacks,
  type GitAccess,
  type RepositoryUrl,
  type Resolved,
} from '@sluice/git';
import type { GitContext, GitRepositoryDeps } from './deps.ts';
import { gitOperationFailed } from './errors.ts';
import type { ListedSubmodule, ListInput } from './list-submodules-task.ts';

/** The objects of one repository, and where its files go in the tree. */
export interface FetchedModule {
  /** `''` for the root. */
  readonly path: string;
  readonly fetched: FetchedPacks;
  readonly resolved: Resolved;
}

export interface ModuleSource extends FetchedModule {
  readonly address: RepositoryUrl;
}

interface Pending extends ModuleSource {
  /** `<url> <commit>` of the repositories around this one. */
  readonly ancestors: readonly string[];
}

const listTask = new URL('./list-submodules-task.ts', import.meta.url);
const listTimeoutMs = 60_000;
const maxDepth = 5;
const maxModules = 50;

/**
 * Fetches the submodules of a repository and theirs in turn, each at the commit that the outer tree names.
 * @param timeLimit gives each operation its own limit
 * @returns outer ones before inner ones
 * @throws ReconcileError
 */
export async function fetchSubmodules(
  root: ModuleSource,
  access: GitAccess,
  { deps, ctx, timeLimit }: { deps: GitRepositoryDeps; ctx: GitContext; timeLimit: () => AbortSignal },
): Promise<FetchedModule[]> {
  const found: FetchedModule[] = [];
  const pending: Pending[] = [{ ...root, ancestors: [] }];
  for (let outer = pending.shift(); outer !== undefined; outer = pending.shift()) {
    for (const module of await list(outer, { deps, ctx })) {
      const path = outer.path === '' ? module.path : `${outer.path}/${module.path}`;
      try {
        const inner = await fetchModule({ ...module, path }, outer, { access, root, deps, timeLimit });
        // Nothing else: what is found crosses into a thread.
        found.push({ path: inner.path, fetched: inner.fetched, resolved: inner.resolved });
        pending.push(inner);
        if (found.length > maxModules) throw new GitError('limit', `more than ${maxModules} submodules`);
      } catch (error) {
        throw error instanceof GitError ? submoduleFailed(path, error) : error;
      }
    }
  }
  return found;
}

function list(
  { fetched, resolved }: FetchedModule,
  { deps, ctx }: { deps: GitRepositoryDeps; ctx: GitContext },
): Promise<ListedSubmodule[]> {
  const options = { signal: ctx.signal, timeoutMs: listTimeoutMs };
  return deps.compute.run<ListInput, ListedSubmodule[]>(listTask, { fetched, resolved }, options);
}

async function fetchModule(
  { path, url, commit }: ListedSubmodule,
  outer: Pending,
  {
    access,
    root,
    deps,
    timeLimit,
  }: { access: GitAccess; root: ModuleSource; deps: GitRepositoryDeps; timeLimit: () => AbortSignal },
): Promise<Pending> {
  const address = parseRepositoryUrl(resolveSubmoduleUrl(outer.address.url, url));
  const identity = `${address.url.href} ${commit}`;
  if (outer.ancestors.includes(identity)) throw new GitError('limit', 'submodules form a cycle');
  if (outer.ancestors.length >= maxDepth) throw new GitError('limit', `more than ${maxDepth} levels of submodules`);
  const isSameOrigin = address.url.origin === root.address.url.origin;
  const { userinfo } = root.address;
  using remote = deps.git.repository(
    isSameOrigin && userinfo !== undefined ? { url: address.url, userinfo } : { url: address.url },
    isSameOrigin ? access : { ...access, auth: {} },
  );
  const resolved = await remote.resolve({ commit }, timeLimit());
  const fetched = await remote.fetch(resolved, timeLimit());
  return { path, fetched, resolved, address, ancestors: [...outer.ancestors, identity] };
}

function submoduleFailed(path: string, error: GitError): Error {
  return gitOperationFailed(new GitError('transport', `unable to fetch submodule '${path}': ${error.message}`));
}

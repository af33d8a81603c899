import {
  createGit,
  GitError,
  parseRepositoryUrl,
  resolveSubmoduleUrl,
  type GitClient,
  type Reference,
  type RemoteRepository,
  type RepositoryUrl,
  type Resolved,
} from '@sluice/git';
import type { RepoUrl } from '@sluice/kustomize';
import { checkOutRepository, type CheckedOut, type FetchedRepository } from './check-out.ts';
import { asBuildError, egressOf, timeLimited, type RemoteOptions } from './options.ts';

/** A repository with its submodules. Paths are relative and `/`-separated. */
export type RepositoryFiles = Pick<CheckedOut, 'files' | 'links'>;

export interface RepositoryOptions extends RemoteOptions {
  /** `checkOutRepository` at another place, such as in a thread (default: here). */
  readonly checkOut?: (fetched: FetchedRepository) => Promise<CheckedOut>;
}

const maxPackBytes = 134_217_728;
const maxSubmodules = 20;

/**
 * Fetches the commit that a remote base names, without credentials but those in the URL.
 * @throws KustomizeError; `signal.reason` when aborted
 */
export async function fetchRemoteRepository(url: RepoUrl, options: RepositoryOptions): Promise<RepositoryFiles> {
  const signal = timeLimited(options, url.timeoutMs);
  const git = createGit({ egress: egressOf(options), maxPackBytes });
  const { checkOut = async (fetched) => checkOutRepository(fetched) } = options;
  try {
    const address = parseRepositoryUrl(url.cloneUrl);
    const top = await checkOut(await fetchCommit(git, address, { references: referencesOf(url.ref), signal }));
    if (!url.submodules || top.submodules.length === 0) return top;
    return await addSubmodules(top, address, { git, checkOut, signal });
  } catch (error) {
    throw asBuildError(url.raw, error);
  }
}

/** What a name can mean, in the order in which `git fetch` tries it. */
function referencesOf(ref: string): Reference[] {
  if (ref === '') return [{ name: 'HEAD' }];
  if (/^[0-9a-f]{40}$/.test(ref)) return [{ commit: ref }];
  return ref.startsWith('refs/') ? [{ name: ref }] : [{ tag: ref }, { branch: ref }];
}

async function fetchCommit(
  git: GitClient,
  address: RepositoryUrl,
  { references, signal }: { readonly references: readonly Reference[]; readonly signal: AbortSignal },
): Promise<FetchedRepository> {
  using remote = git.repository(address, { auth: {} });
  const resolved = await resolveFirst(remote, references, signal);
  return { resolved, packs: await remote.fetch(resolved, signal) };
}

/** The first that the server knows. @throws GitError about the last one */
async function resolveFirst(
  remote: RemoteRepository,
  [first, ...others]: readonly Reference[],
  signal: AbortSignal,
): Promise<Resolved> {
  try {
    return await remote.resolve(first ?? {}, signal);
  } catch (error) {
    const isUnknown = error instanceof GitError && error.failure === 'ref-not-found';
    if (!isUnknown || others.length === 0) throw error;
    return await resolveFirst(remote, others, signal);
  }
}

/** Adds the files of submodules and theirs in turn, each at the commit that the outer tree names. */
async function addSubmodules(
  top: CheckedOut,
  address: RepositoryUrl,
  {
    git,
    checkOut,
    signal,
  }: { git: GitClient; checkOut: NonNullable<RepositoryOptions['checkOut']>; signal: AbortSignal },
): Promise<RepositoryFiles> {
  const files = new Map(top.files);
  const links = new Map(top.links);
  const pending = [{ at: '', address, submodules: top.submodules }];
  let fetched = 0;
  for (let outer = pending.shift(); outer !== undefined; outer = pending.shift()) {
    for (const { path, url, commit } of outer.submodules) {
      // A cycle ends here too.
      if (++fetched > maxSubmodules) throw new GitError('limit', `more than ${maxSubmodules} submodules`);
      const at = `${outer.at}${path}/`;
      const inner = parseRepositoryUrl(resolveSubmoduleUrl(outer.address.url, url));
      const tree = await checkOut(await fetchCommit(git, inner, { references: [{ commit }], signal }));
      for (const [name, content] of tree.files) files.set(at + name, content);
      for (const [name, target] of tree.links) links.set(at + name, target);
      pending.push({ at, address: inner, submodules: tree.submodules });
    }
  }
  return { files, links };
}

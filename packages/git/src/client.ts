import { createConnections, createEgressPolicy, type EgressPolicy, type Proxy } from '@sluice/egress';
import type { GitAuth } from './auth.ts';
import { GitError, wrapGitError } from './errors.ts';
import { readCommit } from './pack/commit.ts';
import { openPack } from './pack/pack.ts';
import { openRemote, type Remote, type RemoteOptions } from './remote.ts';
import { resolveReference, type Reference, type Resolved } from './resolve.ts';
import type { RepositoryUrl } from './url.ts';

export interface GitOptions {
  /** Default: everything but the machine itself and its neighbourhood. */
  readonly egress?: EgressPolicy;
  /** Whether credentials may go over unencrypted http, as Flux lets them (default true). */
  readonly allowPlainHttp?: boolean;
  /** Default 64 MiB. */
  readonly maxRefsBytes?: number;
  /** Default 512 MiB. */
  readonly maxPackBytes?: number;
}

/** Who asks, and through what. */
export interface GitAccess {
  readonly auth: GitAuth;
  readonly proxy?: Proxy;
}

/** A repository somewhere else. It is contacted when first needed; disposing closes what is open. */
export interface RemoteRepository extends Disposable {
  /**
   * What a reference means now, by one list of references; a pinned commit asks nothing.
   * @throws GitError with Flux's texts; `signal.reason` when aborted other than by a timeout
   */
  resolve(ref: Reference, signal: AbortSignal): Promise<Resolved>;
  /** The objects of one commit, unchecked: `openCheckout` checks them, in a compute thread. */
  fetch(resolved: Resolved, signal: AbortSignal): Promise<FetchedPacks>;
}

export interface FetchedPacks {
  readonly pack: Uint8Array;
  /** Commits without files, when those that lead to the commit are not in `pack`. */
  readonly history?: Uint8Array;
}

export interface GitClient {
  repository(address: RepositoryUrl, access: GitAccess): RemoteRepository;
}

export function createGit(options: GitOptions = {}): GitClient {
  const settings = {
    egress: options.egress ?? createEgressPolicy(),
    allowPlainHttp: options.allowPlainHttp ?? true,
    maxRefsBytes: options.maxRefsBytes ?? 67_108_864,
    maxPackBytes: options.maxPackBytes ?? 536_870_912,
  };
  return {
    repository: (address, access) =>
      createRepository(address, { ...settings, ...access, connections: createConnections() }),
  };
}

function createRepository(address: RepositoryUrl, options: RemoteOptions): RemoteRepository {
  const url = address.url.href;
  let opened: Remote | undefined;
  const open = async (signal: AbortSignal): Promise<Remote> => (opened ??= await openRemote(address, options, signal));
  return {
    resolve(ref, signal) {
      return resolveReference(
        (prefixes) =>
          said(`unable to list remote for '${url}'`, async () => (await open(signal)).listRefs(prefixes, signal)),
        ref,
        { url, newestOf: async (commits) => newestOf(await open(signal), commits, signal) },
      );
    },
    fetch(resolved, signal) {
      return said(`unable to clone '${url}'`, async () => fetchObjects(await open(signal), resolved, signal)).catch(
        (error: unknown) => {
          if (!(error instanceof GitError) || error.failure !== 'object-not-found') throw error;
          throw unknownCommit(resolved.commit, error);
        },
      );
    },
    [Symbol.dispose]: () => options.connections[Symbol.dispose](),
  };
}

async function said<T>(prefix: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw wrapGitError(prefix, error);
  }
}

async function fetchObjects(remote: Remote, resolved: Resolved, signal: AbortSignal): Promise<FetchedPacks> {
  const { commit, tip, tag } = resolved;
  if (tip !== undefined && !(remote.canFilter && remote.servesAnyCommit)) {
    return { pack: await remote.fetchPack({ wants: [tip] }, signal) };
  }
  if (!remote.servesAnyCommit && !(await isListed(remote, resolved, signal))) {
    const heads = await remote.listRefs(['refs/heads/'], signal);
    if (heads.length === 0) throw new GitError('object-not-found', 'no branches');
    return { pack: await remote.fetchPack({ wants: [...new Set(heads.map(({ oid }) => oid))] }, signal) };
  }
  const pack = await remote.fetchPack({ wants: [tag?.oid ?? commit], depth: 1 }, signal);
  if (tip === undefined) return { pack };
  return { pack, history: await remote.fetchPack({ wants: [tip], commitsOnly: true }, signal) };
}

async function isListed(remote: Remote, { commit, tag }: Resolved, signal: AbortSignal): Promise<boolean> {
  if (tag !== undefined) return true;
  return (await remote.listRefs([], signal)).some(({ oid, peeled }) => oid === commit || peeled === commit);
}

/** Reads a pack here, not in a thread: needed only when tags differ by nothing but build metadata. */
async function newestOf(remote: Remote, commits: readonly string[], signal: AbortSignal): Promise<string> {
  const request = { wants: [...new Set(commits)], depth: 1, commitsOnly: remote.canFilter };
  const pack = openPack(await remote.fetchPack(request, signal));
  const dated = commits.map((oid) => ({ oid, time: readCommit(pack, oid).committedAt }));
  return dated.reduce((newest, next) => (next.time > newest.time ? next : newest)).oid;
}

function unknownCommit(commit: string, cause: unknown): GitError {
  const message = `unable to resolve commit object for '${commit}': object not found`;
  return new GitError('object-not-found', message, { cause });
}

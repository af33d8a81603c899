import { buildKustomization, type BuildOptions } from './build.ts';
import type { FileTree } from './file-tree.ts';
import type { BuildResult } from './finish.ts';
import { RemoteNeeded, type Remotes } from './loader.ts';
import type { RepoUrl } from './repo-url.ts';

/** Fetches what a build asks for. Its errors end the build. */
export interface RemoteFetcher {
  /** @returns the body, or the HTTP status with which it was refused */
  file(url: string): Promise<Uint8Array | { readonly status: number; readonly text: string }>;
  /** @returns the checked out repository, its root at `/` */
  repository(url: RepoUrl): Promise<FileTree>;
}

/** Builds a kustomization that may have remote bases. @param maxFetches most things fetched in one build (default 100) */
export function buildWithRemotes(
  tree: FileTree,
  path: string,
  { fetcher, maxFetches, ...options }: Omit<BuildOptions, 'remotes'> & { fetcher: RemoteFetcher; maxFetches?: number },
): Promise<BuildResult> {
  return withRemotes((remotes) => buildKustomization(tree, path, { ...options, remotes }), fetcher, maxFetches);
}

/**
 * Builds, fetches what is missing, and builds again, as building is quick and pure and fetching is neither.
 * @param build lets `RemoteNeeded` pass
 */
export async function withRemotes<T>(
  build: (remotes: Remotes) => T,
  fetcher: RemoteFetcher,
  maxFetches = 100,
): Promise<T> {
  const files = new Map<string, Awaited<ReturnType<RemoteFetcher['file']>>>();
  const repositories = new Map<string, FileTree>();
  const remotes: Remotes = { file: (url) => files.get(url), repository: (url) => repositories.get(url.raw) };
  for (;;) {
    try {
      return build(remotes);
    } catch (error) {
      if (!(error instanceof RemoteNeeded) || files.size + repositories.size >= maxFetches) throw error;
      const { need } = error;
      if ('file' in need) files.set(need.file, await fetcher.file(need.file));
      else repositories.set(need.repository.raw, await fetcher.repository(need.repository));
    }
  }
}

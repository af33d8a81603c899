import { memoryTree, type RemoteFetcher } from '@sluice/kustomize';
import { fetchRemoteFile } from './fetch-file.ts';
import { fetchRemoteRepository } from './fetch-repository.ts';
import type { RemoteOptions } from './options.ts';

/** What `buildWithRemotes` asks, for programs in which nobody waits while a repository is checked out. */
export function createRemoteFetcher(options: RemoteOptions): RemoteFetcher {
  return {
    file: (url) => fetchRemoteFile(url, options),
    async repository(url) {
      const { files, links } = await fetchRemoteRepository(url, options);
      return memoryTree(files, links);
    },
  };
}

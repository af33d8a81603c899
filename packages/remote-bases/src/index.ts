export { checkOutRepository, type CheckedOut, type FetchedRepository } from './check-out.ts';
export { createRemoteFetcher } from './fetcher.ts';
export { fetchRemoteFile } from './fetch-file.ts';
export { fetchRemoteRepository, type RepositoryFiles, type RepositoryOptions } from './fetch-repository.ts';
export { maxRemoteFetches, type RemoteOptions } from './options.ts';

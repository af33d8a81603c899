import type { RepositoryFiles } from '@sluice/remote-bases';
import { packTree, type PackedTree } from './packed-tree.ts';

/** What was fetched for one build, as a thread can take it over. By URL as written. */
export interface PackedRemotes {
  readonly files: ReadonlyMap<string, RemoteFile>;
  readonly repositories: ReadonlyMap<string, PackedRepository>;
}

/** The content, or how it was refused. */
export type RemoteFile = Uint8Array | { readonly status: number; readonly text: string };

export interface PackedRepository {
  readonly tree: PackedTree;
  /** Symbolic links, and where they lead. */
  readonly links: ReadonlyMap<string, string>;
}

export function packRepository({ files, links }: RepositoryFiles): PackedRepository {
  return { tree: packTree(files), links };
}

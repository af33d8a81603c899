import { unpackArchive } from '@sluice/artifact';
import { packTree, type PackedTree } from './packed-tree.ts';

/** Runs in a compute thread. @throws ArtifactError */
export function run(archive: Uint8Array): PackedTree {
  return packTree(unpackArchive(archive));
}

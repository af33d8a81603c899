import { ReconcileError } from '@sluice/api';
import type { ArchiveEntry } from '@sluice/artifact';
import { ignoreFilePaths, selectFiles } from '@sluice/source-ignore';
import type { WorkTree } from './work-tree.ts';

const maxIgnoreFileBytes = 1_048_576;

/**
 * What of the tree belongs into the archive, in its order: without symlinks, and without what the ignore rules leave out.
 * @throws ReconcileError `SourceIgnoreError`
 */
export function selectEntries(tree: WorkTree, ignore: string | undefined): ArchiveEntry[] {
  const entries = Array.from(tree, ([path, { type }]) => ({ path, isDirectory: type === 'directory', type })).filter(
    ({ type }) => type !== 'symlink',
  );
  const files = new Map(ignoreFilePaths(entries).map((path) => [path, readIgnoreFile(tree, path)]));
  return selectFiles(entries, { files, ...(ignore !== undefined && { spec: ignore }) }).map(({ path, isDirectory }) => {
    const node = tree.get(path);
    return isDirectory || node?.type !== 'file' ? { type: 'directory', path } : { ...node, path };
  });
}

function readIgnoreFile(tree: WorkTree, path: string): string {
  const node = tree.get(path);
  const content = node?.type === 'file' ? node.read() : new Uint8Array();
  if (content.length <= maxIgnoreFileBytes) return Buffer.from(content).toString();
  throw new ReconcileError(
    'SourceIgnoreError',
    `failed to load source ignore patterns from repository: ${path} is larger than ${maxIgnoreFileBytes} bytes`,
  );
}

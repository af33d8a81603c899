import { ReconcileError } from '@sluice/api';
import type { UnpackedFile } from '@sluice/artifact';
import type { WorkNode, WorkTree } from './work-tree.ts';

export interface IncludePaths {
  readonly repository: string;
  readonly fromPath: string;
  readonly toPath: string;
}

/**
 * `tree` with the files of an included artifact. Both paths stay inside: `..` stops at the root.
 * @throws ReconcileError `CopyFailure` when there is nothing at `fromPath`, or something at `toPath`
 * @see spec source, "Includes"
 */
export function copyInclude(tree: WorkTree, include: IncludePaths, files: ReadonlyMap<string, UnpackedFile>): WorkTree {
  const from = clampPath(include.fromPath);
  const to = clampPath(include.toPath);
  const copied = [...files].flatMap(([path, file]) => {
    const rest =
      from === '' ? path : path === from ? '' : path.startsWith(`${from}/`) ? path.slice(from.length + 1) : undefined;
    return rest === undefined ? [] : [[joinPath(to, rest), toNode(file)] as const];
  });
  if (copied.length === 0) throw copyFailed(include, 'no such file or directory');
  if (isOccupied(tree, to)) throw copyFailed(include, 'the destination is not an empty directory');
  return new Map([...tree, ...copied]);
}

/** Normal form of a path that cannot leave the root; `''` is the root. */
export function clampPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function isOccupied(tree: WorkTree, to: string): boolean {
  if (to === '') return tree.size > 0;
  for (let path = to; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    const node = tree.get(path);
    if (node !== undefined && node.type !== 'directory') return true;
  }
  return tree.keys().some((path) => path.startsWith(`${to}/`));
}

function joinPath(parent: string, rest: string): string {
  return [parent, rest].filter((part) => part !== '').join('/');
}

function toNode({ content, executable }: UnpackedFile): WorkNode {
  return { type: 'file', executable, read: () => content };
}

function copyFailed({ repository, fromPath, toPath }: IncludePaths, why: string): ReconcileError {
  const message = `failed to copy '${repository}' include from ${fromPath} to ${toPath}: ${why}`;
  return new ReconcileError('CopyFailure', message, { condition: 'StorageOperationFailed' });
}

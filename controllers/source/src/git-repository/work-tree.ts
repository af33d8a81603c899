import type { Checkout, TreeEntry } from '@sluice/git';
import { ReconcileError } from '@sluice/api';

/** A node of the files that an artifact is made of. Symlinks hold their place and are left out in the end. */
export type WorkNode =
  | { readonly type: 'directory' }
  | { readonly type: 'symlink' }
  | { readonly type: 'file'; readonly executable: boolean; read(): Uint8Array };

/** By path relative to the root, `/`-separated. */
export type WorkTree = ReadonlyMap<string, WorkNode>;

/** The files of a commit. A submodule is an empty directory until it is put in. */
export function workTreeOf(checkout: Checkout): WorkTree {
  return new Map(checkout.entries.map((entry) => [entry.path, nodeOf(entry, checkout)]));
}

/** `outer` with all of `inner` below the directory `path`. */
export function mount(outer: WorkTree, path: string, inner: WorkTree): WorkTree {
  return new Map([...outer, ...Array.from(inner, ([name, node]) => [`${path}/${name}`, node] as const)]);
}

/**
 * What lies in the given directories; all of the tree for none.
 * @throws ReconcileError `GitOperationFailed` when one is not there; the text tells nothing about the machine
 */
export function sparse(tree: WorkTree, directories: readonly string[]): WorkTree {
  if (directories.length === 0) return tree;
  const wanted = directories.map((directory) => {
    const path = directory.replace(/^\.\//, '').replace(/\/+$/, '');
    if (tree.has(path)) return path;
    const message = `failed to sparse checkout directories : sparse checkout dir '${directory}' does not exist in repository: no such file or directory`;
    throw new ReconcileError('GitOperationFailed', message, { condition: 'FetchFailed' });
  });
  return new Map([...tree].filter(([path]) => wanted.some((dir) => path === dir || path.startsWith(`${dir}/`))));
}

function nodeOf(entry: TreeEntry, checkout: Checkout): WorkNode {
  if (entry.type === 'symlink') return { type: 'symlink' };
  if (entry.type === 'directory' || entry.type === 'submodule') return { type: 'directory' };
  return { type: 'file', executable: entry.type === 'executable', read: () => checkout.read(entry) };
}

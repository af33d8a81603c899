import { lstatSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { FileTree, TreeEntry } from '@sluice/kustomize';

/**
 * The whole disk as a tree for one build: absolute paths, symbolic links followed, what lies outside the build's root
 * refused by the engine. What was found at a path is remembered, so open a new tree for each build.
 */
export function openDiskTree(): FileTree {
  const found = new Map<string, TreeEntry | undefined>();
  const resolve = (path: string): TreeEntry | undefined => {
    const known = found.get(path);
    if (known !== undefined || found.has(path)) return known;
    const entry = look(path, resolve);
    found.set(path, entry);
    return entry;
  };
  return { resolve, read: (path) => readFileSync(path) };
}

/** Only what is a link is followed by the system: for the rest the folder it lies in is known, and one question does. */
function look(path: string, resolve: FileTree['resolve']): TreeEntry | undefined {
  if (path === '/') return { kind: 'directory', path };
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() === true) return entryOf(statSync(path), realpathSync.native(path));
    const folder = stats === undefined ? undefined : resolve(dirname(path));
    if (stats === undefined || folder === undefined) return undefined;
    return entryOf(stats, `${folder.path === '/' ? '' : folder.path}${path.slice(path.lastIndexOf('/'))}`);
  } catch {
    return undefined; // nothing that can be reached
  }
}

/** Pipes, sockets and devices are nothing: reading them might never end. */
function entryOf(stats: Stats, path: string): TreeEntry | undefined {
  if (stats.isDirectory()) return { kind: 'directory', path };
  return stats.isFile() ? { kind: 'file', path } : undefined;
}

import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { FileTree, TreeEntry } from '@sluice/kustomize';

/**
 * The whole disk as a tree for one build: absolute paths, symbolic links followed, what lies outside the build's root
 * refused by the engine. What was found at a path is remembered, so open a new tree for each build.
 */
export function openDiskTree(): FileTree {
  const found = new Map<string, TreeEntry | undefined>();
  return {
    resolve(path) {
      const known = found.get(path);
      if (known !== undefined || found.has(path)) return known;
      const entry = resolve(path);
      found.set(path, entry);
      return entry;
    },
    read: (path) => readFileSync(path),
  };
}

/** Pipes, sockets and devices are nothing: reading them might never end. */
function resolve(path: string): TreeEntry | undefined {
  try {
    const real = realpathSync.native(path);
    const stats = statSync(real);
    if (stats.isDirectory()) return { kind: 'directory', path: real };
    return stats.isFile() ? { kind: 'file', path: real } : undefined;
  } catch {
    return undefined; // nothing is there, or nothing that can be reached
  }
}

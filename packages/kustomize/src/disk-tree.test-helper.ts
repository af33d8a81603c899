import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { FileTree } from './file-tree.ts';

/** The whole disk as a tree, symbolic links included. */
export const diskTree: FileTree = {
  resolve(path) {
    try {
      const real = realpathSync(path);
      return { kind: statSync(real).isDirectory() ? 'directory' : 'file', path: real };
    } catch {
      return undefined;
    }
  },
  read: (path) => readFileSync(path),
};

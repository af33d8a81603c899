import { readFileSync, realpathSync, statSync } from 'node:fs';

/**
 * The whole disk in the shape of the kustomize engine's `FileTree`, symbolic links included. Paths are absolute. For the
 * tests of the engine, which as a pure package may not import `@sluice/disk-tree`.
 */
export const diskTree = {
  resolve(path: string): { kind: 'file' | 'directory'; path: string } | undefined {
    try {
      const real = realpathSync(path);
      return { kind: statSync(real).isDirectory() ? 'directory' : 'file', path: real };
    } catch {
      return undefined; // nothing is there, or nothing that can be reached
    }
  },
  read(path: string): Uint8Array {
    return readFileSync(path);
  },
};

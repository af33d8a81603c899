import type { FileTree, TreeEntry } from './file-tree.ts';

/** What a build asked of its tree and was told. */
export interface ReadRecord {
  /** Whether a build in `tree` would be told the same, and so make the same. */
  holdsIn(tree: FileTree): boolean;
}

/**
 * A tree that writes down what it is asked, absent files included: building is pure, so what it made holds as long as
 * the answers do. What came from remote bases is not in the record: such a build is never the same for sure.
 */
export function recordReads(tree: FileTree): { readonly tree: FileTree; readonly record: ReadRecord } {
  const entries = new Map<string, TreeEntry | undefined>();
  const contents = new Map<string, Uint8Array>();
  return {
    tree: {
      resolve(path) {
        const entry = tree.resolve(path);
        entries.set(path, entry);
        return entry;
      },
      read(path) {
        const bytes = tree.read(path);
        contents.set(path, bytes);
        return bytes;
      },
    },
    record: {
      holdsIn: (other) =>
        entries.entries().every(([path, entry]) => isSameEntry(entry, other.resolve(path))) &&
        contents.entries().every(([path, bytes]) => isSameBytes(bytes, other.read(path))),
    },
  };
}

function isSameEntry(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.kind === b?.kind && a?.path === b?.path;
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, index) => byte === b[index]));
}

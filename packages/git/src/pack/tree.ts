import { GitError } from '../errors.ts';
import type { Pack } from './pack.ts';

export type TreeEntryType = 'file' | 'executable' | 'symlink' | 'submodule' | 'directory';

export interface TreeEntry {
  /** Relative to the root, `/`-separated. */
  readonly path: string;
  readonly type: TreeEntryType;
  readonly oid: string;
}

export interface TreeLimits {
  /** Files and directories (default 250 000). */
  readonly maxEntries: number;
  /** In bytes (default 4096). */
  readonly maxPathBytes: number;
  /** Directories above a file (default 128). */
  readonly maxDepth: number;
}

export const defaultTreeLimits: TreeLimits = { maxEntries: 250_000, maxPathBytes: 4096, maxDepth: 128 };

const typesByMode: Readonly<Record<number, TreeEntryType>> = {
  0o040000: 'directory',
  0o100644: 'file',
  0o100664: 'file',
  0o100755: 'executable',
  0o120000: 'symlink',
  0o160000: 'submodule',
};
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Everything below a tree, depth first, each directory before its entries and these in byte order of their names (the
 * order of a file walk, not of git). Names that are no UTF-8 are left out.
 * @throws GitError `corrupt` for names that lead out of the tree or hide in it, `limit`, `object-not-found`
 */
export function listTree(pack: Pack, root: string, limits: TreeLimits = defaultTreeLimits): TreeEntry[] {
  const found: TreeEntry[] = [];
  const pending: { entry: TreeEntry; depth: number }[] = [];
  const open = (oid: string, path: string, depth: number): void => {
    if (depth > limits.maxDepth) throw new GitError('limit', `the tree is deeper than ${limits.maxDepth} directories`);
    const entries = readTree(pack, oid).toSorted((a, b) => Buffer.compare(b.name, a.name));
    for (const { name, type, oid: child } of entries) {
      const text = decodeName(name);
      if (text === undefined) continue;
      const full = path === '' ? text : `${path}/${text}`;
      if (Buffer.byteLength(full) > limits.maxPathBytes) throw new GitError('limit', 'a path is too long');
      pending.push({ entry: { path: full, type, oid: child }, depth });
    }
  };
  open(root, '', 0);
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    found.push(item.entry);
    if (found.length > limits.maxEntries)
      throw new GitError('limit', `the tree has more than ${limits.maxEntries} entries`);
    if (item.entry.type === 'directory') open(item.entry.oid, item.entry.path, item.depth + 1);
  }
  return found;
}

interface RawEntry {
  readonly name: Buffer;
  readonly type: TreeEntryType;
  readonly oid: string;
}

function readTree(pack: Pack, oid: string): RawEntry[] {
  const { type, content } = pack.read(oid);
  if (type !== 'tree') throw malformed(oid);
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const entries: RawEntry[] = [];
  const seen = new Set<string>();
  let previous: Buffer | undefined;
  for (let offset = 0; offset < bytes.length;) {
    const space = bytes.indexOf(0x20, offset);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > bytes.length) throw malformed(oid);
    const name = bytes.subarray(space + 1, end);
    const entryType = parseMode(bytes.toString('latin1', offset, space), oid);
    checkName(name, oid);
    const sortKey = entryType === 'directory' ? Buffer.concat([name, Buffer.from('/')]) : name;
    const key = name.toString('latin1');
    if (seen.has(key) || (previous !== undefined && Buffer.compare(previous, sortKey) >= 0)) throw malformed(oid);
    seen.add(key);
    previous = sortKey;
    entries.push({ name, type: entryType, oid: bytes.toString('hex', end + 1, end + 21) });
    offset = end + 21;
  }
  return entries;
}

function parseMode(text: string, oid: string): TreeEntryType {
  const type = /^[0-7]{5,6}$/.test(text) ? typesByMode[Number.parseInt(text, 8)] : undefined;
  if (type === undefined) throw malformed(oid);
  return type;
}

/** Refuses names that some file system, or git itself, takes for something else. */
function checkName(name: Buffer, oid: string): void {
  const text = name.toString('utf8');
  if (text === '' || text === '.' || text === '..' || /[/\\]/.test(text) || isDotGit(text)) {
    throw new GitError('corrupt', `tree ${oid} holds the invalid name ${JSON.stringify(text.slice(0, 100))}`);
  }
}

/** `.git` in any spelling that a case-folding, HFS+ or NTFS file system reads as `.git`. */
function isDotGit(text: string): boolean {
  const plain = text
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .toLowerCase()
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '');
  return plain === '.git' || plain === 'git~1';
}

function decodeName(name: Buffer): string | undefined {
  try {
    return utf8.decode(name);
  } catch {
    // No text that a status, a tar or a YAML file could hold.
    return undefined;
  }
}

function malformed(oid: string): GitError {
  return new GitError('corrupt', `malformed tree ${oid}`);
}

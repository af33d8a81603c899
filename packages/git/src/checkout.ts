import type { FetchedPacks } from './client.ts';
import { GitError } from './errors.ts';
import { readCommit, readTag, type Commit, type SignedObject } from './pack/commit.ts';
import { defaultPackLimits, openPack, type Pack, type PackLimits } from './pack/pack.ts';
import { defaultTreeLimits, listTree, type TreeEntry, type TreeLimits } from './pack/tree.ts';
import type { Resolved } from './resolve.ts';

export interface CheckoutLimits {
  readonly pack?: PackLimits;
  readonly tree?: TreeLimits;
}

/** The files of one commit, all of them checked against its hash. */
export interface Checkout {
  readonly commit: Commit;
  /** The annotated tag that was asked for, if it is one. */
  readonly tag?: SignedObject;
  /** Depth first in the order of a file walk. */
  readonly entries: readonly TreeEntry[];
  /** Content of a file, or target of a symlink. */
  read(entry: TreeEntry): Uint8Array;
}

/**
 * Checks what was fetched, and that it is what was asked for. Blocks while it works: call it in a compute thread.
 * @throws GitError `corrupt`, `limit`, `object-not-found`
 */
export function openCheckout(fetched: FetchedPacks, resolved: Resolved, limits: CheckoutLimits = {}): Checkout {
  const packLimits = limits.pack ?? defaultPackLimits;
  const pack = openPack(fetched.pack, packLimits);
  if (resolved.tip !== undefined) {
    const history = fetched.history === undefined ? pack : openPack(fetched.history, packLimits);
    if (!isAncestor(history, resolved.commit, resolved.tip)) throw unknownCommit(resolved.commit);
  }
  if (!pack.has(resolved.commit)) throw unknownCommit(resolved.commit);
  const commit = readCommit(pack, resolved.commit);
  const tag = resolved.tag === undefined ? undefined : readTagChain(pack, resolved.tag.oid, resolved.commit);
  return {
    commit,
    ...(tag !== undefined && { tag }),
    entries: listTree(pack, commit.tree, limits.tree ?? defaultTreeLimits),
    read: (entry) => pack.read(entry.oid).content,
  };
}

function isAncestor(pack: Pack, commit: string, tip: string): boolean {
  const seen = new Set([tip]);
  const pending = [tip];
  for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
    if (oid === commit) return true;
    for (const parent of readCommit(pack, oid).parents) {
      if (seen.has(parent) || !pack.has(parent)) continue;
      seen.add(parent);
      pending.push(parent);
    }
  }
  return false;
}

/** Follows a tag, and tags of tags, to the commit. @returns the first one; `undefined` for a lightweight tag */
function readTagChain(pack: Pack, oid: string, commit: string): SignedObject | undefined {
  if (oid === commit) return undefined;
  const first = readTag(pack, oid);
  let target = first?.object;
  for (let hops = 0; target !== undefined && target !== commit && hops < 10; hops++)
    target = readTag(pack, target)?.object;
  if (first === undefined || target !== commit) throw new GitError('corrupt', `tag ${oid} does not lead to the commit`);
  return first.signed;
}

function unknownCommit(commit: string): GitError {
  return new GitError('object-not-found', `unable to resolve commit object for '${commit}': object not found`);
}

import {
  defaultPackLimits,
  GitError,
  openCheckout,
  parseGitmodules,
  type Checkout,
  type FetchedPacks,
  type Resolved,
} from '@sluice/git';

/** One commit as it came over the wire. */
export interface FetchedRepository {
  readonly packs: FetchedPacks;
  readonly resolved: Resolved;
}

/** The tree of one commit. Paths are relative and `/`-separated. */
export interface CheckedOut {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Symbolic links, and where they lead as written. */
  readonly links: ReadonlyMap<string, string>;
  /** Those that `.gitmodules` knows; the address is as it is there. */
  readonly submodules: readonly { readonly path: string; readonly url: string; readonly commit: string }[];
}

const maxBytes = 268_435_456;

/**
 * The files of a commit. Blocks while it works: call it in a compute thread where others wait.
 * @throws GitError `corrupt`, `limit`, `object-not-found`
 */
export function checkOutRepository({ packs, resolved }: FetchedRepository): CheckedOut {
  const checkout = openCheckout(packs, resolved, { pack: { ...defaultPackLimits, maxInflatedBytes: maxBytes } });
  const files = new Map<string, Uint8Array>();
  const links = new Map<string, string>();
  let total = 0;
  for (const entry of checkout.entries) {
    if (entry.type === 'directory' || entry.type === 'submodule') continue;
    const content = checkout.read(entry);
    total += content.length;
    // One object may lie at many paths.
    if (total > maxBytes) throw new GitError('limit', `the files are larger than ${maxBytes} bytes`);
    if (entry.type === 'symlink') links.set(entry.path, textOf(content));
    else files.set(entry.path, content);
  }
  return { files, links, submodules: submodulesOf(checkout) };
}

function submodulesOf(checkout: Checkout): CheckedOut['submodules'] {
  const { entries } = checkout;
  const config = entries.find(({ path, type }) => path === '.gitmodules' && type === 'file');
  if (config === undefined) return [];
  const commits = new Map(entries.filter(({ type }) => type === 'submodule').map(({ path, oid }) => [path, oid]));
  return parseGitmodules(textOf(checkout.read(config))).flatMap(({ path, url }) => {
    const commit = commits.get(path);
    return commit === undefined ? [] : [{ path, url, commit }];
  });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

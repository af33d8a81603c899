import { compareVersions, parseRange, SemverError, tryParseTagVersion, type Version } from '@sluice/semver';
import { GitError } from './errors.ts';
import { isValidRefName, oidPattern, type RemoteRef } from './refs.ts';

/** `spec.ref` of a GitRepository. */
export interface Reference {
  readonly branch?: string;
  readonly tag?: string;
  readonly semver?: string;
  readonly name?: string;
  readonly commit?: string;
}

/** The one commit that a reference means at this moment. */
export interface Resolved {
  readonly commit: string;
  /** Such as `main@sha1:<commit>`. */
  readonly revision: string;
  /** When a tag was asked for: its name and what it points to (a tag object, or the commit itself). */
  readonly tag?: { readonly name: string; readonly oid: string };
  /** Set for a commit of a branch: the commit must be in the history of this one. */
  readonly tip?: string;
}

/** The server's references whose names start with one of the prefixes; all for none. */
export type ListRefs = (prefixes: readonly string[]) => Promise<readonly RemoteRef[]>;

/** The commit with the latest committer date. */
export type NewestOf = (commits: readonly string[]) => Promise<string>;

const defaultBranch = 'master';

/** Whether nothing needs to be asked to know the revision: a commit that no branch has to contain. */
export function resolvePinned(ref: Reference): Resolved | undefined {
  if (!isSet(ref.commit) || (isSet(ref.branch) && !isSet(ref.name))) return undefined;
  const { commit, name } = ref;
  if (!oidPattern.test(commit)) throw unknownCommit(commit);
  return { commit, revision: isSet(name) ? `${name}@sha1:${commit}` : `sha1:${commit}` };
}

/**
 * Finds the commit of a reference with one list of references. Precedence: commit, name, tag, semver, branch.
 * @param url of the repository without credentials, for messages
 * @param newestOf decides between tags that only differ by build metadata
 * @throws GitError with Flux's texts
 */
export async function resolveReference(
  list: ListRefs,
  ref: Reference,
  { url, newestOf }: { url: string; newestOf: NewestOf },
): Promise<Resolved> {
  const pinned = resolvePinned(ref);
  if (pinned !== undefined) return pinned;
  if (isSet(ref.commit)) return await resolveCommitOfBranch(list, ref.commit, ref.branch ?? defaultBranch, url);
  if (isSet(ref.name)) return await resolveName(list, ref.name);
  if (isSet(ref.tag)) return await resolveTag(list, ref.tag, url);
  if (isSet(ref.semver)) return await resolveSemver(list, ref.semver, newestOf);
  const branch = isSet(ref.branch) ? ref.branch : defaultBranch;
  const { oid } = await findRef(list, 'heads', branch, url);
  return { commit: oid, revision: `${branch}@sha1:${oid}` };
}

async function resolveCommitOfBranch(list: ListRefs, commit: string, branch: string, url: string): Promise<Resolved> {
  if (!oidPattern.test(commit)) throw unknownCommit(commit);
  const { oid } = await findRef(list, 'heads', branch, url);
  return { commit, revision: `${branch}@sha1:${commit}`, ...(oid !== commit && { tip: oid }) };
}

async function resolveName(list: ListRefs, name: string): Promise<Resolved> {
  checkSlashes(name);
  const plain = name.replace(/\^\{\}$/, '');
  const ref = isValidRefName(plain) ? find(await list([plain]), plain) : undefined;
  if (ref === undefined) throw new GitError('ref-not-found', `unable to resolve ref '${name}' to a specific commit`);
  const commit = ref.peeled ?? ref.oid;
  const tag = plain.startsWith('refs/tags/') ? { name: plain.slice('refs/tags/'.length), oid: ref.oid } : undefined;
  return { commit, revision: `${name}@sha1:${commit}`, ...(tag !== undefined && { tag }) };
}

async function resolveTag(list: ListRefs, name: string, url: string): Promise<Resolved> {
  const ref = await findRef(list, 'tags', name, url);
  return fromTag(name, ref);
}

async function resolveSemver(list: ListRefs, range: string, newestOf: NewestOf): Promise<Resolved> {
  const accepted = parseSemverRange(range);
  const tags: { name: string; version: Version; ref: RemoteRef }[] = [];
  for (const ref of await listOrEmpty(list, 'refs/tags/')) {
    const name = ref.name.slice('refs/tags/'.length);
    const version = tryParseTagVersion(name);
    if (version === undefined || !accepted(version)) continue;
    const order = tags[0] === undefined ? 1 : compareVersions(version, tags[0].version);
    if (order > 0) tags.length = 0;
    if (order >= 0) tags.push({ name, version, ref });
  }
  const [first] = tags;
  if (first === undefined) throw new GitError('ref-not-found', `no match found for semver: ${range}`);
  if (tags.length === 1) return fromTag(first.name, first.ref);
  const newest = await newestOf(tags.map(({ ref }) => ref.peeled ?? ref.oid));
  const chosen = tags.find(({ ref }) => (ref.peeled ?? ref.oid) === newest) ?? first;
  return fromTag(chosen.name, chosen.ref);
}

function parseSemverRange(range: string): (version: Version) => boolean {
  try {
    const parsed = parseRange(range);
    return (version) => parsed.test(version);
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    throw new GitError('reference-invalid', `semver parse error: ${error.message}`, { cause: error });
  }
}

function fromTag(name: string, ref: RemoteRef): Resolved {
  const commit = ref.peeled ?? ref.oid;
  return { commit, revision: `${name}@sha1:${commit}`, tag: { name, oid: ref.oid } };
}

async function findRef(list: ListRefs, kind: 'heads' | 'tags', short: string, url: string): Promise<RemoteRef> {
  checkSlashes(short);
  const name = `refs/${kind}/${short}`;
  // A name that git refuses is never asked for: nothing of it reaches the server.
  const ref = isValidRefName(name) ? find(await listOrEmpty(list, name), name) : undefined;
  if (ref !== undefined) return ref;
  throw new GitError('ref-not-found', `unable to clone: couldn't find remote ref '${name}': git repository: '${url}'`);
}

/** @throws GitError `empty` when the repository has no reference at all, which a list by prefix cannot tell */
async function listOrEmpty(list: ListRefs, prefix: string): Promise<readonly RemoteRef[]> {
  const refs = await list([prefix]);
  if (refs.length > 0) return refs;
  if ((await list([])).length === 0) throw new GitError('empty', 'git repository is empty');
  return [];
}

function find(refs: readonly RemoteRef[], name: string): RemoteRef | undefined {
  return refs.find((ref) => ref.name === name);
}

function checkSlashes(name: string): void {
  if (!name.startsWith('/') && !name.endsWith('/')) return;
  throw new GitError('reference-invalid', `ref ${name} is invalid; Git refs cannot begin or end with a slash '/'`);
}

function unknownCommit(commit: string): GitError {
  return new GitError('object-not-found', `unable to resolve commit object for '${commit}': object not found`);
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

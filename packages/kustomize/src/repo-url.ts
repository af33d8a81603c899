import { cleanPath } from './file-tree.ts';

/** A remote base as kustomize reads its URL (engine §3). */
export interface RepoUrl {
  /** As written. */
  readonly raw: string;
  /** What to clone: scheme, user, host and repository path, such as `https://github.com/org/repo`. */
  readonly cloneUrl: string;
  /** Folder in the repository, without a leading `/`; `''` for its root. */
  readonly path: string;
  /** Branch, tag or commit; `''` for the default branch. */
  readonly ref: string;
  readonly submodules: boolean;
  readonly timeoutMs: number;
  /** Whether a `git::` prefix was dropped, which kustomize warns about. */
  readonly forcedGit: boolean;
}

/** @returns `undefined` when the text is no URL of a git repository. */
export function tryParseRepoUrl(raw: string): RepoUrl | undefined {
  if (raw.startsWith('/')) return undefined;
  const mark = raw.indexOf('?');
  const address = mark < 0 ? raw : raw.slice(0, mark);
  const query = readQuery(mark < 0 ? '' : raw.slice(mark + 1));
  const plain = dropPrefix(address, 'git::');
  const host = splitHost(plain ?? address);
  if (host === undefined) return undefined;
  const parts = splitPath(host.rest, host.base.startsWith('file://'));
  if (parts === undefined || parts.repository === '' || exitsRepository(parts.path)) return undefined;
  const path = parts.path.startsWith('/') ? parts.path.slice(1) : parts.path;
  return { raw, cloneUrl: host.base + parts.repository, path, ...query, forcedGit: plain !== undefined };
}

/** Whether the text is read over http(s) when it stands where a file is wanted. */
export function isRemoteFile(path: string): boolean {
  return /^https?:/i.test(path);
}

const schemes = ['ssh://', 'https://', 'http://', 'file://'];

function splitHost(text: string): { base: string; rest: string } | undefined {
  const scheme = schemes.find((prefix) => dropPrefix(text, prefix) !== undefined) ?? '';
  const afterScheme = text.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme)?.[0] ?? '';
  const address = afterScheme.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(address);
  const isScp = scheme === '' && (user !== '' || isGithub);
  if (scheme === '' && !isScp) return undefined;
  if (scheme === 'file://') return { base: scheme, rest: user + address };
  const end = hostEnd(address, isScp);
  const host = end < 0 ? address : address.slice(0, end + 1);
  if (host === '') return undefined;
  const rest = end < 0 ? '' : address.slice(end + 1);
  if (!isGithub) return { base: scheme + user + host, rest };
  const overSsh = scheme === 'ssh://' || user !== '';
  return { base: overSsh ? `${user}github.com:` : 'https://github.com/', rest };
}

function hostEnd(address: string, isScp: boolean): number {
  const slash = address.indexOf('/');
  if (!isScp) return slash;
  const colon = address.indexOf(':');
  return slash === -1 || (colon > 0 && colon < slash) ? colon : slash;
}

function splitPath(text: string, isFile: boolean): { repository: string; path: string } | undefined {
  const gitRoot = text.indexOf('_git/');
  if (gitRoot >= 0) {
    const [name = '', ...rest] = text.slice(gitRoot + 5).split('/');
    return { repository: text.slice(0, gitRoot + 5) + name, path: rest.join('/') };
  }
  const doubleSlash = text.indexOf('//');
  if (doubleSlash >= 0) return { repository: text.slice(0, doubleSlash), path: text.slice(doubleSlash + 2) };
  const suffix = text.indexOf('.git');
  if (suffix >= 0) return { repository: text.slice(0, suffix + 4), path: text.slice(suffix + 4) };
  if (isFile) return { repository: text, path: '' };
  const segments = text.split('/');
  if (segments.length < 2) return undefined;
  return { repository: segments.slice(0, 2).join('/'), path: segments.slice(2).join('/') };
}

function exitsRepository(path: string): boolean {
  return cleanPath(path.replace(/^\//, '')).split('/')[0] === '..';
}

const defaultTimeoutMs = 27_000;

function readQuery(query: string): Pick<RepoUrl, 'ref' | 'submodules' | 'timeoutMs'> {
  const values = new URLSearchParams(query);
  const ref = values.get('ref') || values.get('version') || '';
  const submodules = !['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(values.get('submodules') ?? '');
  return { ref, submodules, timeoutMs: readTimeout(values.get('timeout') ?? '') };
}

function readTimeout(text: string): number {
  if (/^\+?\d+$/.test(text)) return Number(text) > 0 ? Number(text) * 1000 : defaultTimeoutMs;
  if (!/^(\d+(\.\d+)?(h|m|s|ms))+$/.test(text)) return defaultTimeoutMs;
  const unitMs: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let total = 0;
  for (const [, value, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|h|m|s)/g))
    total += Number(value) * (unitMs[unit ?? ''] ?? 0);
  return total > 0 ? total : defaultTimeoutMs;
}

function dropPrefix(text: string, prefix: string): string | undefined {
  return text.slice(0, prefix.length).toLowerCase() === prefix ? text.slice(prefix.length) : undefined;
}

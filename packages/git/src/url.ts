import { GitError } from './errors.ts';

/** Address of a repository, its credentials apart. */
export interface RepositoryUrl {
  /** `http:` or `https:`, without user, password, query, fragment and trailing slash. */
  readonly url: URL;
  /** As written in the address, percent-decoded. */
  readonly userinfo?: { readonly username: string; readonly password: string };
}

/** @throws GitError `url-invalid`, without the credentials that the text may hold */
export function parseRepositoryUrl(text: string): RepositoryUrl {
  const url = URL.parse(text);
  if (url === null) throw invalid(text, 'invalid URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(text, `unsupported scheme '${url.protocol.slice(0, -1)}'`);
  }
  const userinfo = { username: decode(url.username, text), password: decode(url.password, text) };
  const base = new URL(url.origin);
  base.pathname = url.pathname.replace(/\/+$/, '');
  return userinfo.username === '' && userinfo.password === '' ? { url: base } : { url: base, userinfo };
}

/** An address fit for people: user, password, query and fragment taken out. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/s, '');
}

/** The address of a service of the repository. */
export function serviceUrl(base: URL, path: string, query = ''): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`;
  url.search = query;
  return url;
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw invalid(text, 'invalid escape in the user or password', cause);
  }
}

function invalid(text: string, why: string, cause?: unknown): GitError {
  return new GitError('url-invalid', `failed to parse url '${withoutCredentials(text)}': ${why}`, { cause });
}

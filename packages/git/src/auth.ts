import type { Tls } from '@sluice/egress';
import { GitError } from './errors.ts';
import type { RepositoryUrl } from './url.ts';

/** How to prove who we are, as read from a Secret. */
export interface GitAuth {
  readonly username?: string;
  readonly password?: string;
  /** Present, even empty: bearer instead of user and password. */
  readonly bearerToken?: string;
  readonly tls?: Tls;
}

/**
 * The Authorization header for a repository, `undefined` for anonymous access. Credentials in the address fill in what
 * `auth` leaves empty.
 * @param allowPlainHttp whether credentials may go over unencrypted http
 * @throws GitError `auth`
 */
export function buildAuthorization(
  { url, userinfo }: RepositoryUrl,
  auth: GitAuth,
  allowPlainHttp: boolean,
): string | undefined {
  const isPlain = url.protocol === 'http:' && !allowPlainHttp;
  if (isPlain && userinfo !== undefined) throw refused('URL cannot contain credentials when using HTTP');
  if (auth.bearerToken !== undefined) {
    if (userinfo !== undefined) throw refused('basic auth and bearer token cannot be set at the same time');
    if (isPlain) throw refused('bearer token cannot be sent over HTTP');
    return `Bearer ${headerValue(auth.bearerToken)}`;
  }
  const username = auth.username || userinfo?.username || '';
  const password = auth.password || userinfo?.password || '';
  if (username === '' && password === '') return undefined;
  if (username === '') throw refused("invalid 'https' auth option: 'password' requires 'username' to be set");
  if (isPlain) throw refused('basic auth cannot be sent over HTTP');
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A line break would end the header; Node refuses it with the value in the message. */
function headerValue(token: string): string {
  if (/[^\u0020-\u007e]/.test(token)) throw refused('bearer token has characters that a header cannot hold');
  return token;
}

function refused(message: string): GitError {
  return new GitError('auth', message);
}

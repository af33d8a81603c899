import type { Challenge } from './challenge.ts';
import { basicAuthorization, type RegistryCredentials } from './credentials.ts';
import { RegistryError } from './error.ts';
import { readRealm } from './realm.ts';
import type { TokenCache } from './token-cache.ts';
import { fetchToken, type TokenRequest } from './token.ts';
import type { Wire } from './wire.ts';

/** Knows the Authorization header of one repository, and how to get another. */
export interface Authorizer {
  /** A token is asked for when there is none in the cache. @throws RegistryError */
  header(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Takes up a challenge to a request that had `refusedHeader`.
   * @returns whether another try makes sense
   * @throws RegistryError
   */
  renew(challenge: Challenge, refusedHeader: string | undefined, signal: AbortSignal): Promise<boolean>;
}

export interface AuthorizerOptions {
  readonly wire: Wire;
  readonly tokens: TokenCache;
  /** Origin of the registry. */
  readonly base: URL;
  /** Of the ping, `undefined` when the registry asked for nothing. */
  readonly challenge: Challenge | undefined;
  readonly repository: string;
  readonly credentials: RegistryCredentials;
  /** Whether credentials may go over unencrypted http. */
  readonly allowPlainHttp: boolean;
}

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { wire, tokens, base, credentials } = options;
  let challenge = checkScheme(options.challenge);
  let scopes: readonly string[] = [`repository:${options.repository}:pull`];
  let refresh: { readonly token: string; readonly realm: string } | undefined;

  function tokenRequest(bearer: Challenge): TokenRequest {
    return { realm: readRealm(bearer, base), base, service: bearer.parameters.get('service'), scopes, credentials };
  }

  async function token(bearer: Challenge, signal: AbortSignal): Promise<string> {
    const request = tokenRequest(bearer);
    const known = tokens.find(request);
    if (known !== undefined) return known.token;
    const identityToken = refresh?.realm === request.realm.href ? refresh.token : credentials.identityToken;
    const fresh = await fetchToken(
      wire,
      identityToken === undefined ? request : { ...request, credentials: { ...credentials, identityToken } },
      signal,
    );
    if (fresh.refreshToken !== undefined) refresh = { token: fresh.refreshToken, realm: request.realm.href };
    tokens.store(request, fresh);
    return fresh.token;
  }

  async function header(signal: AbortSignal): Promise<string | undefined> {
    if (challenge?.scheme !== 'bearer') return checked(basicAuthorization(credentials), options);
    const { registryToken = '' } = credentials;
    if (registryToken !== '') return checked(`Bearer ${registryToken}`, options);
    return `Bearer ${await token(challenge, signal)}`;
  }

  return {
    header,
    async renew(next, refusedHeader, signal) {
      challenge = checkScheme(next);
      if (next.scheme === 'bearer') {
        scopes = [...new Set([...(next.parameters.get('scope')?.split(' ') ?? []), ...scopes])];
        tokens.forget(tokenRequest(next));
      }
      return (await header(signal)) !== refusedHeader;
    },
  };
}

function checkScheme(challenge: Challenge | undefined): Challenge | undefined {
  if (challenge === undefined || ['basic', 'bearer'].includes(challenge.scheme)) return challenge;
  throw new RegistryError('auth', `unrecognized challenge: ${challenge.scheme}`);
}

/** A line break would end the header; Node refuses it with the value in the message. */
function checked(
  header: string | undefined,
  { base, allowPlainHttp }: Pick<AuthorizerOptions, 'base' | 'allowPlainHttp'>,
): string | undefined {
  if (header === undefined) return undefined;
  if (base.protocol === 'http:' && !allowPlainHttp) throw refused('credentials cannot be sent over HTTP');
  if (/[^\u0020-\u007e]/.test(header)) throw refused('the credentials have characters that a header cannot hold');
  return header;
}

function refused(message: string): RegistryError {
  return new RegistryError('auth', message);
}

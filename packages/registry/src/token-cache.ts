import { createHash } from 'node:crypto';
import type { Token, TokenRequest } from './token.ts';

/** Tokens by all that they were asked for with, credentials included, so that no one gets another's. */
export interface TokenCache {
  find(request: TokenRequest): Token | undefined;
  store(request: TokenRequest, token: Token): void;
  forget(request: TokenRequest): void;
}

/** How much of a token's life it is used for: the rest is for clocks that differ and requests under way. */
const usedShare = 0.8;

export function createTokenCache(maxTokens: number): TokenCache {
  const entries = new Map<string, { readonly token: Token; readonly until: number }>();
  return {
    find(request) {
      const key = keyOf(request);
      const entry = entries.get(key);
      if (entry !== undefined && entry.until > performance.now()) return entry.token;
      entries.delete(key);
      return undefined;
    },
    store(request, token) {
      const key = keyOf(request);
      entries.delete(key);
      entries.set(key, { token, until: performance.now() + token.lifeMs * usedShare });
      // The first is the oldest.
      const [oldest] = entries.keys();
      if (entries.size > maxTokens && oldest !== undefined) entries.delete(oldest);
    },
    forget: (request) => void entries.delete(keyOf(request)),
  };
}

/** A hash: credentials are not kept for longer than their use. */
function keyOf({ realm, base, service, scopes, credentials }: TokenRequest): string {
  const { username, password, auth, identityToken } = credentials;
  const parts = [realm.href, base.origin, service, scopes, username, password, auth, identityToken];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { unauthorized } from '../errors.ts';

export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const adminUser: UserInfo = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** What a connection proved and a request claims. */
export interface Credentials {
  /** SHA-256 of a client certificate that our authority signed, in hex; `undefined` without one. */
  readonly certificateFingerprint: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * Knows the one administrator, by client certificate or bearer token.
 * @throws StatusError 401 for everybody else: nothing is served to anonymous users
 */
export function authenticate({ certificateFingerprint, authorization }: Credentials, token: string): UserInfo {
  if (certificateFingerprint !== undefined) {
    const id = `X509SHA256=${certificateFingerprint.replaceAll(':', '').toLowerCase()}`;
    return { ...adminUser, extra: { 'authentication.kubernetes.io/credential-id': [id] } };
  }
  const bearer = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
  if (bearer !== undefined && sameText(bearer.trim(), token)) return adminUser;
  throw unauthorized();
}

/** Compares in constant time, whatever the lengths. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

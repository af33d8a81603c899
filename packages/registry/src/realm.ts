import { isPrivateLiteral } from '@sluice/egress';
import type { Challenge } from './challenge.ts';
import { withoutQuery } from './address.ts';
import { RegistryError } from './error.ts';

/**
 * Where tokens for a registry are to be had.
 * @param base origin of the registry
 * @throws RegistryError `answer` without a realm, `refused` for one that would lead credentials astray
 */
export function readRealm({ parameters }: Challenge, base: URL): URL {
  const text = parameters.get('realm') ?? '';
  if (text === '') throw new RegistryError('answer', 'malformed www-authenticate, missing realm');
  const url = URL.parse(text);
  if (url === null) throw new RegistryError('answer', 'malformed www-authenticate, realm is no address');
  url.username = '';
  url.password = '';
  url.hash = '';
  checkRealm(url, base);
  return url;
}

/** @throws RegistryError `refused` */
export function checkRealm(realm: URL, base: URL): void {
  const refused = (why: string) => new RegistryError('refused', `token realm '${withoutQuery(realm)}' refused: ${why}`);
  const isPlainAllowed = base.protocol === 'http:' && realm.protocol === 'http:';
  if (realm.protocol !== 'https:' && !isPlainAllowed) throw refused('it is not https');
  if (isPrivateLiteral(realm) && realm.host !== base.host) throw refused('it is a private address');
}

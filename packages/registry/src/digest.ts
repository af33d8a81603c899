import { createHash, type Hash } from 'node:crypto';
import { RegistryError } from './error.ts';

const lengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** Whether a text is a digest that we can check: `sha256:` or `sha512:` and as many hex digits. */
export function isDigest(text: string): boolean {
  const [algorithm = '', hex = '', more] = text.split(':');
  return (
    more === undefined &&
    /^[0-9a-f]+$/.test(hex) &&
    Object.hasOwn(lengths, algorithm) &&
    hex.length === lengths[algorithm]
  );
}

/** @throws RegistryError `digest` for a text that is no digest */
export function hashFor(digest: string): Hash {
  if (!isDigest(digest))
    throw new RegistryError('digest', `'${digest.slice(0, 100)}' is no digest that can be checked`);
  return createHash(digest.slice(0, digest.indexOf(':')));
}

/** @throws RegistryError `digest` */
export function checkDigest(hash: Hash, digest: string): void {
  const actual = `${digest.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}`;
  if (actual !== digest) throw new RegistryError('digest', `the content of ${digest} has digest ${actual}`);
}

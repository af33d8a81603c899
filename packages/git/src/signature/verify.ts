import type { SignedObject } from '../pack/commit.ts';
import { SignatureError } from './error.ts';
import { verifyPgp } from './pgp.ts';
import { verifySsh } from './ssh.ts';

const armors: readonly (readonly [string, 'pgp' | 'ssh' | 'x509'])[] = [
  ['-----BEGIN PGP SIGNATURE-----', 'pgp'],
  ['-----BEGIN PGP MESSAGE-----', 'pgp'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
];

/**
 * Checks the signature of a commit or tag over its raw bytes.
 * @param keys of a Secret: names ending in `.sshpub` hold authorized keys, all others armored PGP keys
 * @returns id of the key: 16 hex digits (PGP) or `SHA256:…` (SSH)
 * @throws SignatureError
 */
export async function verifySignature(signed: SignedObject, keys: Readonly<Record<string, string>>): Promise<string> {
  const type = signatureType(signed.signature);
  const sshKeys = Object.keys(keys).filter((name) => name.endsWith('.sshpub'));
  const pgpKeys = Object.keys(keys).filter((name) => !name.endsWith('.sshpub'));
  const textsOf = (names: readonly string[]): string[] => names.map((name) => keys[name] ?? '');
  if (type === 'pgp') {
    if (pgpKeys.length > 0) return await verifyPgp(signed, textsOf(pgpKeys));
    throw new SignatureError('PGP signature detected but no PGP public keys found in secret (keys with .asc suffix)');
  }
  if (type === 'ssh') {
    if (sshKeys.length > 0) return verifySsh(signed, textsOf(sshKeys));
    throw new SignatureError(
      'SSH signature detected but no SSH public keys found in secret (keys with .sshpub suffix)',
    );
  }
  throw new SignatureError(`unsupported signature type: ${type}`);
}

function signatureType(signature: string): 'pgp' | 'ssh' | 'x509' | 'empty' | 'unknown' {
  if (signature.trim() === '') return 'empty';
  return armors.find(([start]) => signature.startsWith(start))?.[1] ?? 'unknown';
}

import type * as OpenPgpModule from 'openpgp';
import type { SignedObject } from '../pack/commit.ts';
import { SignatureError } from './error.ts';

// openpgp.js is large: it is loaded with the first PGP signature, in the thread that verifies. Its traps: `verify` never
// throws for a bad signature, each entry of `signatures` must be awaited; messages are read as text unless given as
// `binary`; SHA-1, MD5 and RIPEMD signatures are refused only by its default configuration, which is spelled out here.

type OpenPgp = typeof OpenPgpModule;
type PublicKey = Awaited<ReturnType<OpenPgp['readKey']>>;

/**
 * @param rings armored public keys, each with one key or more
 * @returns id of the primary key that signed, 16 upper-case hex digits
 * @throws SignatureError
 */
export async function verifyPgp({ payload, signature }: SignedObject, rings: readonly string[]): Promise<string> {
  const pgp = await import('openpgp');
  const keys = await readRings(pgp, rings);
  const parsed = await pgp.readSignature({ armoredSignature: signature }).catch((cause: unknown) => {
    throw noMatch('malformed signature', cause);
  });
  for (const key of keys) {
    if (await isSignedBy(pgp, key, { payload, signature: parsed })) return key.getKeyID().toHex().toUpperCase();
  }
  throw noMatch('no matching key');
}

/** A ring that cannot be read is left out while another one can. */
async function readRings(pgp: OpenPgp, rings: readonly string[]): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  let failure: unknown;
  for (const ring of rings) {
    try {
      keys.push(...(await pgp.readKeys({ armoredKeys: ring })).map((key) => key.toPublic()));
    } catch (error) {
      failure = error;
    }
  }
  if (keys.length > 0 || failure === undefined) return keys;
  throw new SignatureError('unable to read armored key ring: no PGP public key in it', { cause: failure });
}

async function isSignedBy(
  pgp: OpenPgp,
  key: PublicKey,
  { payload, signature }: { payload: Uint8Array; signature: Awaited<ReturnType<OpenPgp['readSignature']>> },
): Promise<boolean> {
  const { md5, ripemd, sha1 } = pgp.enums.hash;
  const { signatures } = await pgp.verify({
    message: await pgp.createMessage({ binary: payload }),
    signature,
    verificationKeys: key,
    config: { rejectMessageHashAlgorithms: new Set([md5, ripemd, sha1]) },
  });
  if (signatures.length === 0) return false;
  const results = await Promise.allSettled(signatures.map(({ verified }) => verified));
  return results.every((result) => result.status === 'fulfilled' && result.value);
}

function noMatch(why: string, cause?: unknown): SignatureError {
  return new SignatureError(`unable to verify payload with any of the given key rings: ${why}`, { cause });
}

import { createHash } from 'node:crypto';
import type { SignedObject } from '../pack/commit.ts';
import { SignatureError } from './error.ts';
import { parseSshKey, type SshKey } from './ssh-key.ts';
import { SshReader, sshString } from './ssh-wire.ts';

const magic = 'SSHSIG';
const namespace = 'git';
const hashes: ReadonlySet<string> = new Set(['sha256', 'sha512']);

/**
 * @param keyFiles texts in the format of authorized_keys
 * @returns fingerprint of the key that signed
 * @throws SignatureError
 * @see OpenSSH's PROTOCOL.sshsig
 */
export function verifySsh({ payload, signature }: SignedObject, keyFiles: readonly string[]): string {
  const keys = readKeys(keyFiles);
  try {
    const signer = keys.find((key) => isSignedBy(key, payload, signature));
    if (signer !== undefined) return signer.fingerprint;
  } catch (cause) {
    throw noMatch('malformed signature', cause);
  }
  throw noMatch('no matching key');
}

/** A file with a malformed line counts for nothing; the others still do. */
function readKeys(keyFiles: readonly string[]): SshKey[] {
  const keys: SshKey[] = [];
  let failure: Error | undefined;
  for (const text of keyFiles) {
    try {
      keys.push(...parseAuthorizedKeys(text));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failure = error;
    }
  }
  if (keys.length > 0 || failure === undefined) return keys;
  throw new SignatureError(`unable to parse authorized keys: ${failure.message}`, { cause: failure });
}

function parseAuthorizedKeys(text: string): SshKey[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseLine);
}

/** `[options] type base64 [comment]` */
function parseLine(line: string): SshKey {
  const match = /(?:^|\s)((?:ssh|ecdsa)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line);
  if (match === null) throw new Error('a line holds no public key');
  const key = parseSshKey(Buffer.from(match[2] ?? '', 'base64'));
  if (new SshReader(key.blob).text() !== match[1]) throw new Error('a key is of another type than its line says');
  return key;
}

function isSignedBy(key: SshKey, payload: Uint8Array, armored: string): boolean {
  const reader = new SshReader(unarmor(armored));
  if (reader.raw(magic.length).toString('latin1') !== magic || reader.uint32() !== 1) throw new Error('malformed');
  const blob = reader.string();
  const signedNamespace = reader.text();
  const reserved = reader.string();
  const hash = reader.text();
  const inner = new SshReader(reader.string());
  if (!reader.isAtEnd || signedNamespace !== namespace || !hashes.has(hash)) throw new Error('malformed');
  const algorithm = inner.text();
  const bytes = inner.string();
  // Keys with a counter of their own (sk-…) append it here.
  if (!inner.isAtEnd || !key.blob.equals(blob)) return false;
  const digest = createHash(hash).update(payload).digest();
  const parts = [sshString(namespace), sshString(reserved), sshString(hash), sshString(digest)];
  return key.verify(algorithm, Buffer.concat([Buffer.from(magic), ...parts]), bytes);
}

function unarmor(text: string): Buffer {
  const match = /^-----BEGIN SSH SIGNATURE-----\s+([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*$/.exec(text);
  if (match === null) throw new Error('malformed');
  return Buffer.from(match[1] ?? '', 'base64');
}

function noMatch(why: string, cause?: unknown): SignatureError {
  return new SignatureError(`unable to verify payload with any of the given authorized keys: ${why}`, { cause });
}

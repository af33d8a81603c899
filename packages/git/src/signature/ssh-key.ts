import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { SshReader } from './ssh-wire.ts';

/** A public key as SSH writes it. */
export interface SshKey {
  /** `ssh-ed25519 …` without the type: the bytes that the base64 stands for. */
  readonly blob: Buffer;
  /** `SHA256:…` */
  readonly fingerprint: string;
  verify(algorithm: string, data: Uint8Array, signature: Uint8Array): boolean;
}

const curves: Readonly<Record<string, { name: string; hash: string; bytes: number }>> = {
  nistp256: { name: 'P-256', hash: 'sha256', bytes: 32 },
  nistp384: { name: 'P-384', hash: 'sha384', bytes: 48 },
  nistp521: { name: 'P-521', hash: 'sha512', bytes: 66 },
};
/** No `ssh-rsa`: that one signs with SHA-1. */
const rsaHashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };
const minRsaBits = 2048;

/** @throws Error for a malformed key or one of another type than Ed25519, ECDSA and RSA of 2048 bits and more */
export function parseSshKey(blob: Buffer): SshKey {
  const reader = new SshReader(blob);
  const type = reader.text();
  const check = readVerifier(type, reader);
  if (!reader.isAtEnd) throw new Error('malformed key');
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  return { blob, fingerprint, verify: check };
}

function readVerifier(type: string, reader: SshReader): SshKey['verify'] {
  if (type === 'ssh-ed25519') {
    const key = fromJwk({ kty: 'OKP', crv: 'Ed25519', x: reader.string().toString('base64url') });
    return (algorithm, data, signature) => algorithm === type && verify(null, data, key, signature);
  }
  if (type === 'ssh-rsa') {
    const e = reader.number();
    const n = reader.number();
    if (n.length * 8 < minRsaBits) throw new Error(`RSA key below ${minRsaBits} bits`);
    const key = fromJwk({ kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') });
    return (algorithm, data, signature) => {
      const hash = rsaHashes[algorithm];
      return hash !== undefined && verify(hash, data, key, signature);
    };
  }
  if (type.startsWith('ecdsa-sha2-')) return readEcdsa(type, reader);
  throw new Error(`unsupported key type '${type.slice(0, 40)}'`);
}

function readEcdsa(type: string, reader: SshReader): SshKey['verify'] {
  const curve = curves[reader.text()];
  const point = reader.string();
  if (curve === undefined || point[0] !== 4 || point.length !== 1 + 2 * curve.bytes) throw new Error('malformed key');
  const x = point.subarray(1, 1 + curve.bytes).toString('base64url');
  const y = point.subarray(1 + curve.bytes).toString('base64url');
  const key = fromJwk({ kty: 'EC', crv: curve.name, x, y });
  return (algorithm, data, signature) => {
    if (algorithm !== type) return false;
    const parts = new SshReader(signature);
    const pair = [parts.number(), parts.number()];
    if (pair.some((part) => part.length > curve.bytes)) return false;
    const padded = pair.map((part) => Buffer.concat([Buffer.alloc(curve.bytes - part.length), part]));
    return verify(curve.hash, data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat(padded));
  };
}

function fromJwk(key: Record<string, string>): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}

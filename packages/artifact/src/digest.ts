import { createHash } from 'node:crypto';
import { ArtifactError } from './errors.ts';

/** Node's crypto has no blake3, the fourth algorithm that Flux knows. */
export const digestAlgorithms = ['sha256', 'sha384', 'sha512'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

export interface Digest {
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hex. */
  readonly hex: string;
}

const hexLength: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Reads `<algorithm>:<hex>`; without an algorithm it is sha256.
 * @throws ArtifactError `InvalidDigest`
 */
export function parseDigest(text: string): Digest {
  const colon = text.indexOf(':');
  const algorithm = colon < 0 ? 'sha256' : text.slice(0, colon);
  const hex = text.slice(colon + 1);
  if (!isDigestAlgorithm(algorithm)) throw invalid(text, 'unsupported digest algorithm');
  if (hex.length !== hexLength[algorithm]) throw invalid(text, 'invalid checksum digest length');
  if (!/^[0-9a-f]+$/.test(hex)) throw invalid(text, 'invalid checksum digest format');
  return { algorithm, hex };
}

/** `sha256:<hex>` of the bytes. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/**
 * Checks downloaded bytes against the digest that the source's status names.
 * @throws ArtifactError `InvalidDigest` or `DigestMismatch`, with Flux's texts
 */
export function verifyDigest(bytes: Uint8Array, digest: string | undefined): void {
  if (digest === undefined || digest === '') {
    throw new ArtifactError('InvalidDigest', 'failed to verify archive: empty digest');
  }
  const expected = parseForVerify(digest);
  if (digestOf(bytes, expected.algorithm) === `${expected.algorithm}:${expected.hex}`) return;
  throw new ArtifactError(
    'DigestMismatch',
    `failed to verify archive: computed digest doesn't match provided '${digest}' (check whether file size exceeds max download size)`,
  );
}

export function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return (digestAlgorithms as readonly string[]).includes(name);
}

function parseForVerify(digest: string): Digest {
  try {
    return parseDigest(digest);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ArtifactError('InvalidDigest', `failed to verify archive: ${text}`, { cause: error });
  }
}

function invalid(text: string, why: string): ArtifactError {
  return new ArtifactError('InvalidDigest', `failed to parse digest '${text}': ${why}`);
}

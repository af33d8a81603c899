import { checkDigest, hashFor, isDigest } from './digest.ts';
import { RegistryError } from './error.ts';
import { isRecord, tryParseJson } from './json.ts';
import type { Session } from './session.ts';
import type { Answer } from './wire.ts';

/** A manifest or an index; its bytes are those of the digest. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** `bytes` read as JSON. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** What a manifest says of a blob. */
export interface BlobDescriptor {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

const maxManifestBytes = 4_194_304;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

const mediaTypes: readonly string[] = [
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];
/** Those that the bytes are the digest of, and that layers can be read from. */
const pulledTypes = mediaTypes.slice(2);

/**
 * What a tag stands for now; of an image for several platforms, the digest of the index.
 * @throws RegistryError
 */
export async function readDigest(session: Session, tag: string, signal: AbortSignal): Promise<string> {
  const at = manifestPath(tag);
  using answer = await session.request({ method: 'HEAD', at, accept: mediaTypes.join(',') }, signal);
  await answer.skip();
  for (const name of ['Content-Type', 'Content-Length', 'Docker-Content-Digest']) {
    if (answer.headers[name.toLowerCase()] === undefined) throw odd(answer, `response did not include ${name} header`);
  }
  const digest = String(answer.headers['docker-content-digest']);
  if (!isDigest(digest)) throw odd(answer, 'response has a malformed Docker-Content-Digest header');
  return digest;
}

/**
 * Reads a manifest or index by tag or digest. What the answer says of its digest does not count.
 * @throws RegistryError `digest` when a digest was asked for and the bytes have another
 */
export async function readManifest(session: Session, reference: string, signal: AbortSignal): Promise<Manifest> {
  const at = manifestPath(reference);
  using answer = await session.request({ method: 'GET', at, accept: pulledTypes.join(',') }, signal);
  const bytes = await answer.read(maxManifestBytes);
  const wanted = isDigest(reference) ? reference : undefined;
  const hash = hashFor(wanted ?? `sha256:${'0'.repeat(64)}`).update(bytes);
  if (wanted !== undefined) checkDigest(hash, wanted);
  const content = tryParseJson(bytes.toString());
  const mediaType = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!isRecord(content)) throw odd(answer, 'the answer is no manifest');
  if (!pulledTypes.includes(mediaType)) throw odd(answer, 'the answer is of no known media type');
  // A document that is two things at once is read as one thing here and as another there.
  const declared = content['mediaType'];
  if (declared !== undefined && declared !== mediaType) throw odd(answer, 'the manifest has two media types');
  if ('manifests' in content && 'layers' in content) throw odd(answer, 'the answer is manifest and index at once');
  return { digest: wanted ?? `sha256:${hash.digest('hex')}`, mediaType, bytes, content };
}

/**
 * The bytes of a blob, piece by piece; only when the end is reached, they are known to be the right ones.
 * @throws RegistryError `digest` for other bytes, `limit` for more of them than the descriptor says
 */
export async function* readBlob(
  session: Session,
  { digest, size }: BlobDescriptor,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const hash = hashFor(digest);
  if (!Number.isSafeInteger(size) || size < 0) throw new RegistryError('limit', `blob ${digest} has no usable size`);
  using answer = await session.request({ method: 'GET', at: `blobs/${digest}` }, signal);
  let length = 0;
  for await (const chunk of answer.chunks()) {
    length += chunk.length;
    if (length > size) throw new RegistryError('limit', `blob ${digest} is larger than the ${size} bytes announced`);
    hash.update(chunk);
    yield chunk;
  }
  if (length < size) throw new RegistryError('digest', `blob ${digest} has ${length} bytes of ${size}`);
  checkDigest(hash, digest);
}

function manifestPath(reference: string): string {
  if (isDigest(reference) || tagPattern.test(reference)) return `manifests/${reference}`;
  throw new RegistryError('refused', `'${reference.slice(0, 100)}' is neither tag nor digest`);
}

function odd({ request }: Answer, why: string): RegistryError {
  return new RegistryError('answer', `${request.method} ${request.url.href}: ${why}`);
}

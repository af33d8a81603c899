import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { DigestAlgorithm } from './digest.ts';
import { ArtifactError } from './errors.ts';
import { tarChunks, type ArchiveEntry } from './tar-write.ts';

export interface ArchiveOptions {
  /** Of the compressed archive (default 512 MiB). */
  readonly maxBytes?: number;
  /** Default sha256. */
  readonly algorithm?: DigestAlgorithm;
}

export interface WrittenArchive {
  /** Of the compressed bytes, as `<algorithm>:<hex>`. */
  readonly digest: string;
  /** Compressed, in bytes. */
  readonly size: number;
}

const defaultMaxBytes = 536_870_912;
const osByte = 9;
const osUnknown = 255;

/**
 * Writes the entries as tar.gz to an existing empty file. The same entries give the same bytes on every machine with the
 * same zlib. Compressing takes long: call it in a compute thread.
 * @throws ArtifactError `TooLarge`; errors of the file system as they come
 */
export async function writeArchive(
  file: string,
  entries: Iterable<ArchiveEntry>,
  { maxBytes = defaultMaxBytes, algorithm = 'sha256' }: ArchiveOptions = {},
): Promise<WrittenArchive> {
  await using handle = await open(file, 'r+');
  const hash = createHash(algorithm);
  let size = 0;
  await pipeline(Readable.from(tarChunks(entries)), createGzip({ level: 6 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      // zlib puts the machine's operating system into the gzip header.
      if (size === 0) chunk[osByte] = osUnknown;
      size += chunk.length;
      if (size > maxBytes) throw new ArtifactError('TooLarge', `archive is larger than ${maxBytes} bytes`);
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
  });
  return { digest: `${algorithm}:${hash.digest('hex')}`, size };
}

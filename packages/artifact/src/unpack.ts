import { gunzipSync } from 'node:zlib';
import { ArtifactError } from './errors.ts';
import { readTar } from './tar-read.ts';

export interface UnpackLimits {
  /** Of the tar after decompression (default 1 GiB). */
  readonly maxBytes: number;
  /** Default 256 MiB. */
  readonly maxFileBytes: number;
  /** Files and directories (default 250 000). */
  readonly maxEntries: number;
  /** Decompressed to compressed, judged after the first MiB (default 200). */
  readonly maxCompressionRatio: number;
}

export const defaultUnpackLimits: UnpackLimits = {
  maxBytes: 1_073_741_824,
  maxFileBytes: 268_435_456,
  maxEntries: 250_000,
  maxCompressionRatio: 200,
};

export interface UnpackedFile {
  readonly content: Uint8Array;
  readonly executable: boolean;
}

const maxPathBytes = 4096;
const maxDepth = 128;
const ratioFreeBytes = 1_048_576;

/**
 * The regular files of a gzipped tar in memory. Symlinks are left out; every other special entry is refused. Blocks while
 * it works: call it in a compute thread.
 * @returns path (relative, `/`-separated) → content, in the archive's order; the contents share one buffer
 * @throws ArtifactError `InvalidArchive`, `UnsafePath` or `TooLarge`, with Flux's prefix
 */
export function unpackArchive(archive: Uint8Array, limits: Partial<UnpackLimits> = {}): Map<string, Uint8Array> {
  return new Map(Array.from(unpackFiles(archive, limits), ([path, { content }]) => [path, content]));
}

/** As `unpackArchive`, and tells which files are executable. */
export function unpackFiles(archive: Uint8Array, limits: Partial<UnpackLimits> = {}): Map<string, UnpackedFile> {
  try {
    return readFiles(gunzip(archive, { ...defaultUnpackLimits, ...limits }), { ...defaultUnpackLimits, ...limits });
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    const message = `failed to extract archive (check whether file size exceeds max download size): ${error.message}`;
    throw new ArtifactError(error.failure, message, { cause: error });
  }
}

function gunzip(archive: Uint8Array, limits: UnpackLimits): Uint8Array {
  const byRatio = Math.max(ratioFreeBytes, archive.length * limits.maxCompressionRatio);
  const maxOutputLength = Math.min(limits.maxBytes, byRatio);
  try {
    return gunzipSync(archive, { maxOutputLength });
  } catch (error) {
    if (!isTooLarge(error)) {
      const text = error instanceof Error ? error.message : String(error);
      throw new ArtifactError('InvalidArchive', `requires gzip-compressed body: ${text}`, { cause: error });
    }
    const why = byRatio < limits.maxBytes ? `compression ratio above ${limits.maxCompressionRatio}:1` : tooLong(limits);
    throw new ArtifactError('TooLarge', why, { cause: error });
  }
}

function readFiles(tar: Uint8Array, limits: UnpackLimits): Map<string, UnpackedFile> {
  const files = new Map<string, UnpackedFile>();
  const folders = new Set<string>();
  let entries = 0;
  for (const entry of readTar(tar)) {
    if (++entries > limits.maxEntries) throw new ArtifactError('TooLarge', `more than ${limits.maxEntries} entries`);
    const path = checkPath(entry.name);
    if (entry.type === '2') continue;
    if (entry.type !== '0' && entry.type !== '5') {
      throw new ArtifactError('InvalidArchive', `tar file entry ${shown(entry.name)} contained unsupported file type`);
    }
    if (path === '') continue;
    addFolders(path, entry.type === '5', { files, folders });
    if (entry.type === '5') continue;
    if (entry.content.length > limits.maxFileBytes) {
      throw new ArtifactError('TooLarge', `file ${shown(path)} is larger than ${limits.maxFileBytes} bytes`);
    }
    if (folders.has(path)) throw unsafe(path);
    files.set(path, { content: entry.content, executable: (entry.mode & 0o111) !== 0 });
  }
  return files;
}

/** Notes the parents of `path`, which need no entry of their own, and `path` itself if it is a folder. */
function addFolders(
  path: string,
  isFolder: boolean,
  { files, folders }: { files: ReadonlyMap<string, unknown>; folders: Set<string> },
): void {
  let folder = isFolder ? path : parentOf(path);
  for (; folder !== '' && !folders.has(folder); folder = parentOf(folder)) {
    if (files.has(folder)) throw unsafe(folder);
    folders.add(folder);
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The name without `.` segments and trailing slash; `''` for the root. */
function checkPath(name: string): string {
  const segments = name.split('/');
  const isSafe =
    name !== '' &&
    !name.startsWith('/') &&
    !name.includes('\\') &&
    !name.includes('\0') &&
    !segments.includes('..') &&
    Buffer.byteLength(name) <= maxPathBytes &&
    segments.length <= maxDepth;
  if (!isSafe) throw unsafe(name);
  return segments.filter((segment) => segment !== '' && segment !== '.').join('/');
}

function unsafe(name: string): ArtifactError {
  return new ArtifactError('UnsafePath', `tar contained invalid name ${shown(name)}`);
}

/** Quoted, without control characters, cut. */
function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

function tooLong(limits: UnpackLimits): string {
  return `content is larger than ${limits.maxBytes} bytes`;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

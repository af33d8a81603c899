import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Artifact } from '@sluice/api';
import { collectGarbage, type RetentionPolicy } from './collect.ts';
import { parseDigest, type DigestAlgorithm } from './digest.ts';
import { hashFile, listFolders, openRegular, statOrUndefined, syncPath, tryLink } from './files.ts';
import {
  formatArtifactPath,
  isStoreFolder,
  tryParseArtifactPath,
  type ArtifactPath,
  type StoreFolder,
} from './path.ts';

/** A file that is being written. Disposing removes it unless it was published. */
export interface StagedFile extends AsyncDisposable {
  readonly path: string;
}

export interface PublishOptions {
  /** Such as `<commit>.tar.gz`. */
  readonly file: string;
  /** Of what was written. */
  readonly digest: string;
  /** Called after each step of spec security-reliability §4.3: `fsync`, `rename`, `fsync-folder`. */
  readonly step?: (name: 'fsync' | 'rename' | 'fsync-folder') => Promise<void>;
}

export type Verdict =
  | { readonly state: 'intact' }
  | { readonly state: 'missing' }
  /** `why` is worded as Flux's event. */
  | { readonly state: 'corrupt'; readonly why: string };

/** An open artifact. While one is open, garbage collection leaves the file alone. */
export interface OpenedArtifact extends AsyncDisposable {
  readonly size: number;
  readonly modified: Date;
  /** `sha256:<hex>` of the file as it is. */
  readonly digest: string;
  /** @param start first byte @param end last byte, included */
  stream(start?: number, end?: number): Readable;
}

/**
 * Artifacts in a folder: `<kind>/<namespace>/<name>/<file>`. A name is bound to its content for ever: readers see a file
 * whole or not at all.
 */
export interface ArtifactStore {
  readonly root: string;
  /** A new empty file beside the artifacts of the object. @throws errors of the file system */
  stage(folder: StoreFolder): Promise<StagedFile>;
  /**
   * Makes a staged file durable under its final name. When that name already holds other content, the new file gets the
   * name `<file>-<12 digits of its digest>`, as readers of the old one may be under way.
   * @returns path relative to the root
   */
  publish(staged: StagedFile, folder: StoreFolder, options: PublishOptions): Promise<string>;
  /**
   * Looks at existence and size each time, at the content when it was not looked at for a day or since the start.
   * An artifact outside of `folder` is missing.
   */
  verify(folder: StoreFolder, artifact: Artifact): Promise<Verdict>;
  /** `undefined` when there is no such regular file. */
  open(path: ArtifactPath): Promise<OpenedArtifact | undefined>;
  /** Deletes one artifact; not being there is fine. */
  delete(path: ArtifactPath): Promise<void>;
  /** Removes what `policy` does not keep. @returns names of the removed files */
  collect(folder: StoreFolder, current: Artifact, policy: RetentionPolicy, now: Date): Promise<string[]>;
  /** Removes the whole folder. @returns whether there was one */
  removeFolder(folder: StoreFolder): Promise<boolean>;
  /** All folders of a kind, and when each was changed last. */
  folders(kind: string): Promise<{ readonly folder: StoreFolder; readonly modified: Date }[]>;
}

interface CheckedFile {
  readonly digest: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Monotonic. */
  readonly checkedAtMs: number;
}

const recheckAfterMs = 86_400_000;
const serveAlgorithm: DigestAlgorithm = 'sha256';

/** @param root an existing folder */
export function createStore(root: string): ArtifactStore {
  return new FileStore(root);
}

class FileStore implements ArtifactStore {
  readonly root: string;
  /** By path and algorithm. */
  readonly #checked = new Map<string, CheckedFile>();
  /** How many readers each path has. */
  readonly #readers = new Map<string, number>();

  constructor(root: string) {
    this.root = root;
  }

  async stage(folder: StoreFolder): Promise<StagedFile> {
    const dir = this.#dir(folder);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const path = join(dir, `${randomBytes(8).toString('hex')}.tmp`);
    await (await open(path, 'wx', 0o600)).close();
    return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
  }

  async publish(staged: StagedFile, folder: StoreFolder, { file, digest, step }: PublishOptions): Promise<string> {
    await syncPath(staged.path);
    await step?.('fsync');
    const path = await this.#linkFinal(staged, folder, { file, digest });
    await step?.('rename');
    await syncPath(this.#dir(folder));
    await step?.('fsync-folder');
    return path;
  }

  async verify(folder: StoreFolder, artifact: Artifact): Promise<Verdict> {
    const path = tryParseArtifactPath(artifact.path);
    const isOwn = path?.kind === folder.kind && path.namespace === folder.namespace && path.name === folder.name;
    if (path === undefined || !isOwn) return { state: 'missing' };
    const stats = await this.#stat(path);
    if (stats === undefined) return { state: 'missing' };
    if ((artifact.digest ?? '') === '') return { state: 'corrupt', why: 'artifact has no digest' };
    const expected = tryDigest(artifact.digest);
    if (typeof expected === 'string') return { state: 'corrupt', why: expected };
    const isShort = artifact.size !== undefined && artifact.size !== stats.size;
    const actual = isShort ? '' : await this.#digest(path, expected.algorithm, stats);
    if (actual === artifact.digest) return { state: 'intact' };
    return { state: 'corrupt', why: `computed digest doesn't match '${artifact.digest}'` };
  }

  async open(path: ArtifactPath): Promise<OpenedArtifact | undefined> {
    const handle = await openRegular(this.#file(path));
    if (handle === undefined) return undefined;
    const key = formatArtifactPath(path);
    const stats = await handle.stat();
    if (!stats.isFile()) {
      await handle.close();
      return undefined;
    }
    this.#readers.set(key, (this.#readers.get(key) ?? 0) + 1);
    const release = async (): Promise<void> => {
      const left = (this.#readers.get(key) ?? 1) - 1;
      if (left > 0) this.#readers.set(key, left);
      else this.#readers.delete(key);
      await handle.close();
    };
    try {
      const digest = await this.#digest(path, serveAlgorithm, stats);
      return {
        size: stats.size,
        modified: stats.mtime,
        digest,
        stream: (start, end) =>
          handle.createReadStream({
            autoClose: false,
            ...(start !== undefined && { start }),
            ...(end !== undefined && { end }),
          }),
        [Symbol.asyncDispose]: release,
      };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async delete(path: ArtifactPath): Promise<void> {
    this.#forget(formatArtifactPath(path));
    await rm(this.#file(path), { force: true });
  }

  async collect(folder: StoreFolder, current: Artifact, policy: RetentionPolicy, now: Date): Promise<string[]> {
    const dir = this.#dir(folder);
    const inUse = (file: string): boolean => {
      const path = formatArtifactPath({ ...folder, file });
      return path === current.path || this.#readers.has(path);
    };
    const removed = await collectGarbage(dir, { inUse, policy, now });
    for (const file of removed) this.#forget(formatArtifactPath({ ...folder, file }));
    return removed;
  }

  async removeFolder(folder: StoreFolder): Promise<boolean> {
    const dir = this.#dir(folder);
    const existed = (await statOrUndefined(dir)) !== undefined;
    await rm(dir, { recursive: true, force: true });
    const prefix = `${folder.kind}/${folder.namespace}/${folder.name}/`;
    for (const key of this.#checked.keys()) if (key.startsWith(prefix)) this.#checked.delete(key);
    return existed;
  }

  async folders(kind: string): Promise<{ folder: StoreFolder; modified: Date }[]> {
    const found: { folder: StoreFolder; modified: Date }[] = [];
    for (const namespace of await listFolders(join(this.root, kind))) {
      for (const name of await listFolders(join(this.root, kind, namespace))) {
        const folder = { kind, namespace, name };
        const stats = isStoreFolder(folder) ? await statOrUndefined(this.#dir(folder)) : undefined;
        if (stats !== undefined) found.push({ folder, modified: stats.mtime });
      }
    }
    return found;
  }

  /**
   * Links instead of renaming, since a rename would replace whatever has the name; the temporary name goes when the
   * staged file is disposed of.
   */
  async #linkFinal(
    staged: StagedFile,
    folder: StoreFolder,
    { file, digest }: { file: string; digest: string },
  ): Promise<string> {
    for (const name of [file, suffixed(file, digest)]) {
      const path = { ...folder, file: name };
      if (await tryLink(staged.path, this.#file(path))) return formatArtifactPath(path);
      const stats = await this.#stat(path);
      const { algorithm } = parseDigest(digest);
      if (stats !== undefined && (await this.#digest(path, algorithm, stats)) === digest)
        return formatArtifactPath(path);
    }
    // Under the name that holds the digest lies other content: only a damaged file can.
    const path = { ...folder, file: suffixed(file, digest) };
    await this.delete(path);
    await link(staged.path, this.#file(path));
    return formatArtifactPath(path);
  }

  async #stat(path: ArtifactPath): Promise<Stats | undefined> {
    const stats = await statOrUndefined(this.#file(path));
    return stats?.isFile() === true ? stats : undefined;
  }

  async #digest(path: ArtifactPath, algorithm: DigestAlgorithm, { size, mtimeMs }: Stats): Promise<string> {
    const key = `${formatArtifactPath(path)} ${algorithm}`;
    const known = this.#checked.get(key);
    const nowMs = performance.now();
    const isFresh = known?.size === size && known.mtimeMs === mtimeMs && nowMs - known.checkedAtMs < recheckAfterMs;
    if (known !== undefined && isFresh) return known.digest;
    const digest = `${algorithm}:${await hashFile(this.#file(path), algorithm)}`;
    this.#checked.set(key, { digest, size, mtimeMs, checkedAtMs: nowMs });
    return digest;
  }

  #forget(path: string): void {
    for (const key of this.#checked.keys()) if (key.startsWith(`${path} `)) this.#checked.delete(key);
  }

  #dir(folder: StoreFolder): string {
    if (!isStoreFolder(folder)) throw new Error('no folder of the store');
    return join(this.root, folder.kind, folder.namespace, folder.name);
  }

  #file(path: ArtifactPath): string {
    return join(this.#dir(path), path.file);
  }
}

/** `a.tar.gz` → `a-<12 digits>.tar.gz` */
function suffixed(file: string, digest: string): string {
  const dot = file.indexOf('.');
  const end = dot < 0 ? file.length : dot;
  return `${file.slice(0, end)}-${digest.slice(digest.indexOf(':') + 1).slice(0, 12)}${file.slice(end)}`;
}

function tryDigest(text: string): { algorithm: DigestAlgorithm } | string {
  try {
    return parseDigest(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return why.replace('failed to parse digest', 'failed to parse artifact digest');
  }
}

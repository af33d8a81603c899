import { createHash } from 'node:crypto';
import { inflateSync, type Zlib } from 'node:zlib';
import { GitError } from '../errors.ts';
import { applyDelta } from './delta.ts';
import type { GitObject, ObjectType } from './object.ts';

export interface PackLimits {
  /** Of one object after inflating (default 256 MiB). */
  readonly maxObjectBytes: number;
  /** Of all objects after inflating (default 2 GiB). */
  readonly maxInflatedBytes: number;
  /** Deltas upon deltas (default 4095, git's own maximum). */
  readonly maxDeltaDepth: number;
}

export const defaultPackLimits: PackLimits = {
  maxObjectBytes: 268_435_456,
  maxInflatedBytes: 2_147_483_648,
  maxDeltaDepth: 4095,
};

/** A pack of which every byte was checked: its sum, its count, and the hash of each object. */
export interface Pack {
  readonly size: number;
  has(oid: string): boolean;
  /** @throws GitError `object-not-found` */
  read(oid: string): GitObject;
}

interface Entry {
  readonly offset: number;
  /** Where the compressed data begin. */
  readonly start: number;
  /** After inflating; of a delta the size of the delta. */
  readonly size: number;
  /** `undefined` for a delta. */
  readonly type: ObjectType | undefined;
  /** Of a delta: the offset or the hash of its base. */
  readonly base: number | string | undefined;
}

/** How to make an object again: the data at `entry`, on top of the object `base`. */
interface Located {
  readonly entry: Entry;
  readonly type: ObjectType;
  readonly base: Located | undefined;
  readonly depth: number;
}

const headerBytes = 12;
const sumBytes = 20;
const typesByCode: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const cacheBytes = 33_554_432;

/**
 * Opens a pack that stands for itself (no thin pack). Blocks while it works: call it in a compute thread.
 * @throws GitError `corrupt` or `limit`
 * @see git's gitformat-pack(5)
 */
export function openPack(bytes: Uint8Array, limits: PackLimits = defaultPackLimits): Pack {
  const count = checkFrame(bytes);
  const entries = readEntries(bytes, count, limits);
  const located = locateObjects(bytes, entries, limits);
  const cache = new ContentCache(cacheBytes);
  return {
    size: located.size,
    has: (oid) => located.has(oid),
    read(oid) {
      const object = located.get(oid);
      if (object === undefined) throw new GitError('object-not-found', `object ${oid} is missing in the pack`);
      return { type: object.type, content: readContent(bytes, object, { cache, limits }) };
    },
  };
}

/** @returns the number of objects that the pack claims to hold */
function checkFrame(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes + sumBytes || view.getUint32(0) !== 0x5041434b) throw corrupt('no pack');
  if (view.getUint32(4) !== 2) throw corrupt('unsupported version');
  const sum = createHash('sha1').update(bytes.subarray(0, -sumBytes)).digest();
  if (!sum.equals(bytes.subarray(-sumBytes))) throw corrupt('checksum mismatch');
  return view.getUint32(8);
}

function readEntries(bytes: Uint8Array, count: number, limits: PackLimits): Entry[] {
  const body = bytes.subarray(0, -sumBytes);
  const entries: Entry[] = [];
  let total = 0;
  let offset = headerBytes;
  for (let i = 0; i < count; i++) {
    const entry = readEntryHeader(body, offset, limits);
    total += entry.size;
    if (total > limits.maxInflatedBytes) throw tooLarge(limits);
    entries.push(entry);
    offset = entry.start + inflateEntry(body, entry).consumed;
  }
  if (offset !== body.length) throw corrupt('object count mismatch');
  return entries;
}

function readEntryHeader(body: Uint8Array, offset: number, limits: PackLimits): Entry {
  let at = offset;
  const next = (): number => {
    const byte = body[at++];
    if (byte === undefined) throw corrupt('unexpected EOF');
    return byte;
  };
  let byte = next();
  const code = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; (byte & 0x80) !== 0; factor *= 128) {
    byte = next();
    size += (byte & 0x7f) * factor;
    if (size > limits.maxObjectBytes) {
      throw new GitError('limit', `an object is larger than ${limits.maxObjectBytes} bytes`);
    }
  }
  if (code === 6) return { offset, base: offset - readBaseDistance(next), start: at, size, type: undefined };
  if (code === 7) {
    const base = Buffer.from(body.subarray(at, at + sumBytes)).toString('hex');
    return { offset, base, start: at + sumBytes, size, type: undefined };
  }
  const type = typesByCode[code];
  if (type === undefined) throw corrupt('unknown object type');
  return { offset, base: undefined, start: at, size, type };
}

function readBaseDistance(next: () => number): number {
  let byte = next();
  let distance = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = next();
    distance = (distance + 1) * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(distance)) throw corrupt('invalid delta base');
  }
  return distance;
}

interface Pending {
  readonly located: Located;
  /** Content of the base; `undefined` for an object that is whole. */
  readonly base: Uint8Array | undefined;
}

/** Finds the hash of every object: of those that are whole, then in turn of the deltas upon them. */
function locateObjects(bytes: Uint8Array, entries: readonly Entry[], limits: PackLimits): Map<string, Located> {
  const byOid = new Map<string, Located>();
  const deltas = Map.groupBy(entries, ({ base }) => base);
  const done = new Set<Entry>();
  let total = 0;
  for (const entry of entries) {
    if (entry.type === undefined) continue;
    const pending: Pending[] = [{ located: { entry, type: entry.type, base: undefined, depth: 0 }, base: undefined }];
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      const { located, base } = item;
      // Two entries may hold the same object, and deltas name their base by its hash.
      if (done.has(located.entry)) continue;
      done.add(located.entry);
      const data = inflateEntry(bytes, located.entry).content;
      const content = base === undefined ? data : applyDelta(base, data, limits.maxObjectBytes);
      total += content.length;
      if (total > limits.maxInflatedBytes) throw tooLarge(limits);
      if (located.depth > limits.maxDeltaDepth) throw new GitError('limit', 'delta chain too long');
      const oid = hashObject(located.type, content);
      if (!byOid.has(oid)) byOid.set(oid, located);
      for (const delta of [...(deltas.get(located.entry.offset) ?? []), ...(deltas.get(oid) ?? [])]) {
        const next = { entry: delta, type: located.type, base: located, depth: located.depth + 1 };
        pending.push({ located: next, base: content });
      }
    }
  }
  if (done.size !== entries.length) throw corrupt('deltas without a base');
  return byOid;
}

function readContent(
  bytes: Uint8Array,
  object: Located,
  { cache, limits }: { cache: ContentCache; limits: PackLimits },
): Uint8Array {
  const chain: Located[] = [];
  let content: Uint8Array | undefined;
  for (let at: Located | undefined = object; at !== undefined && content === undefined; at = at.base) {
    content = cache.get(at);
    if (content === undefined) chain.push(at);
  }
  for (const at of chain.reverse()) {
    const data = inflateEntry(bytes, at.entry).content;
    content = content === undefined ? data : applyDelta(content, data, limits.maxObjectBytes);
    cache.set(at, content);
  }
  return content!;
}

function inflateEntry(bytes: Uint8Array, entry: Entry): { content: Uint8Array; consumed: number } {
  try {
    // The typings do not know `info`, which tells how many bytes were read.
    const { buffer, engine } = inflateSync(bytes.subarray(entry.start), {
      info: true,
      maxOutputLength: Math.max(1, entry.size),
      chunkSize: Math.max(64, entry.size),
    }) as unknown as { buffer: Buffer; engine: Zlib };
    if (buffer.length !== entry.size) throw corrupt('size mismatch');
    return { content: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if (error instanceof GitError) throw error;
    throw corrupt('invalid data', error);
  }
}

function hashObject(type: ObjectType, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/** Contents used last, up to a number of bytes: bases of deltas are asked for again and again. */
class ContentCache {
  readonly #contents = new Map<Located, Uint8Array>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: Located): Uint8Array | undefined {
    const content = this.#contents.get(key);
    if (content === undefined) return undefined;
    this.#contents.delete(key);
    this.#contents.set(key, content);
    return content;
  }

  set(key: Located, content: Uint8Array): void {
    if (content.length > this.#maxBytes / 4 || this.#contents.has(key)) return;
    this.#contents.set(key, content);
    this.#bytes += content.length;
    for (const [oldest, { length }] of this.#contents) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#contents.delete(oldest);
      this.#bytes -= length;
    }
  }
}

function tooLarge({ maxInflatedBytes }: PackLimits): GitError {
  return new GitError('limit', `the objects of the pack are larger than ${maxInflatedBytes} bytes`);
}

function corrupt(why: string, cause?: unknown): GitError {
  return new GitError('corrupt', `corrupt pack: ${why}`, { cause });
}

import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ObjectType } from './object.ts';

/** One entry of a pack that a test makes by hand. */
export interface TestEntry {
  readonly code: 1 | 2 | 3 | 4 | 6 | 7;
  readonly data: Buffer;
  /** Of an offset delta: distance back to the base. Of a reference delta: hash of the base. */
  readonly base?: number | string;
  /** Claimed instead of the real size. */
  readonly size?: number;
}

const codes: Readonly<Record<ObjectType, 1 | 2 | 3 | 4>> = { commit: 1, tree: 2, blob: 3, tag: 4 };

export function entry(type: ObjectType, data: Buffer | string): TestEntry {
  return { code: codes[type], data: Buffer.from(data) };
}

/** A pack with a right sum, whatever is in it. @param count claimed instead of the real one */
export function buildPack(entries: readonly TestEntry[], count: number = entries.length): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(count, 8);
  const body = Buffer.concat([header, ...entries.map(encode)]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

/** Length of an entry in the pack, for distances. */
export function encodedLength(item: TestEntry): number {
  return encode(item).length;
}

export function oidOf(type: ObjectType, data: Buffer | string): string {
  const bytes = Buffer.from(data);
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

/** A delta that copies `size` bytes of the base from its start, then adds `tail`. */
export function copyDelta(baseSize: number, size: number, tail: string): Buffer {
  const copy = [0x80 | 0x10 | 0x20 | 0x40, size & 255, (size >> 8) & 255, (size >> 16) & 255];
  const insert = tail === '' ? [] : [tail.length, ...Buffer.from(tail)];
  return Buffer.from([...varint(baseSize), ...varint(size + tail.length), ...(size > 0 ? copy : []), ...insert]);
}

/** A tree object. */
export function buildTree(entries: readonly { mode: string; name: string | Buffer; oid: string }[]): Buffer {
  return Buffer.concat(
    entries.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.of(0),
      Buffer.from(oid, 'hex'),
    ]),
  );
}

function encode({ code, data, base, size = data.length }: TestEntry): Buffer {
  const bytes = [(code << 4) | (size % 16)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest % 128);
  }
  const baseBytes =
    typeof base === 'string' ? Buffer.from(base, 'hex') : base === undefined ? Buffer.alloc(0) : distance(base);
  return Buffer.concat([Buffer.from(bytes), baseBytes, deflateSync(data)]);
}

function distance(value: number): Buffer {
  const bytes = [value & 127];
  for (let rest = (value >> 7) - 1; rest >= 0; rest = (rest >> 7) - 1) bytes.unshift((rest & 127) | 0x80);
  return Buffer.from(bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

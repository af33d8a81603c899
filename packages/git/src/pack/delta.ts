import { GitError } from '../errors.ts';

/**
 * The object that a delta makes of its base.
 * @throws GitError `corrupt` when the delta does not fit
 * @see git's gitformat-pack(5), "Deltified representation"
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, maxBytes: number): Uint8Array {
  const reader = { bytes: delta, offset: 0 };
  if (readSize(reader) !== base.length) throw corrupt();
  const size = readSize(reader);
  if (size > maxBytes) throw new GitError('limit', `an object is larger than ${maxBytes} bytes`);
  const result = new Uint8Array(size);
  let written = 0;
  while (reader.offset < delta.length) {
    const source = readPart(reader, base);
    if (written + source.length > size) throw corrupt();
    result.set(source, written);
    written += source.length;
  }
  if (written !== size) throw corrupt();
  return result;
}

interface Reader {
  readonly bytes: Uint8Array;
  offset: number;
}

/** The next stretch of the result: copied from the base, or given in the delta. */
function readPart(reader: Reader, base: Uint8Array): Uint8Array {
  const instruction = readByte(reader);
  if (instruction === 0) throw corrupt();
  if ((instruction & 0x80) === 0) {
    const part = reader.bytes.subarray(reader.offset, reader.offset + instruction);
    reader.offset += instruction;
    if (part.length !== instruction) throw corrupt();
    return part;
  }
  let start = 0;
  let length = 0;
  for (let i = 0; i < 4; i++) if ((instruction & (1 << i)) !== 0) start += readByte(reader) * 2 ** (8 * i);
  for (let i = 0; i < 3; i++) if ((instruction & (0x10 << i)) !== 0) length += readByte(reader) * 2 ** (8 * i);
  if (length === 0) length = 0x10000;
  if (start + length > base.length) throw corrupt();
  return base.subarray(start, start + length);
}

function readSize(reader: Reader): number {
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = readByte(reader);
    size += (byte & 0x7f) * 2 ** shift;
    if (!Number.isSafeInteger(size)) throw corrupt();
    if ((byte & 0x80) === 0) return size;
  }
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.offset++];
  if (byte === undefined) throw corrupt();
  return byte;
}

function corrupt(): GitError {
  return new GitError('corrupt', 'corrupt pack: invalid delta');
}

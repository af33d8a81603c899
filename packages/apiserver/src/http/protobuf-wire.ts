/** A body that is no protobuf message of the expected form. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** One occurrence of a field: a number as it is encoded, or the bytes of all else. */
export type Entry = bigint | Buffer;

/** What a message has, by field number, in the order in which it came. */
export type Message = ReadonlyMap<number, readonly Entry[]>;

/** Takes a message apart. @throws WireError */
export function readMessage(bytes: Buffer): Message {
  const message = new Map<number, Entry[]>();
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const value = readEntry(bytes, tag.end, Number(tag.value & 7n));
    at = value.end;
    const number = Number(tag.value >> 3n);
    const entries = message.get(number);
    if (entries === undefined) message.set(number, [value.entry]);
    else entries.push(value.entry);
  }
  return message;
}

/** Numbers that stand in a row. @throws WireError */
export function varintsOf(bytes: Buffer): bigint[] {
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length;) {
    const { value, end } = readVarint(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

/** A number as the signed one that it stands for. */
export function signedOf(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function textOf(bytes: Buffer): string {
  return bytes.toString('utf8');
}

function readEntry(bytes: Buffer, start: number, wireType: number): { entry: Entry; end: number } {
  if (wireType === 0) {
    const { value, end } = readVarint(bytes, start);
    return { entry: value, end };
  }
  if (wireType === 2) {
    const { value, end } = readVarint(bytes, start);
    return slice(bytes, end, Number(value));
  }
  if (wireType === 1) return slice(bytes, start, 8);
  if (wireType === 5) return slice(bytes, start, 4);
  throw new WireError(`proto: illegal wireType ${wireType}`);
}

function slice(bytes: Buffer, start: number, length: number): { entry: Buffer; end: number } {
  const end = start + length;
  if (end > bytes.length) throw new WireError('unexpected EOF');
  return { entry: bytes.subarray(start, end), end };
}

function readVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  for (let at = start; at < start + 10; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) throw new WireError('unexpected EOF');
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new WireError('proto: integer overflow');
}

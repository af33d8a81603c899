import { GitError } from './errors.ts';

/** A line's payload, or one of the special packets of protocol version 2. */
export type Packet = Buffer | 'flush' | 'delimiter' | 'response-end';

export const flushPacket = '0000';
export const delimiterPacket = '0001';

/** A line with its length in front; a line feed is added. */
export function packetLine(text: string): string {
  const length = Buffer.byteLength(text) + 5;
  return `${length.toString(16).padStart(4, '0')}${text}\n`;
}

/**
 * Cuts a stream of bytes into packets.
 * @throws GitError `protocol` on a malformed length or an end in mid-packet
 * @see git's gitprotocol-common(5), "pkt-line Format"
 */
export async function* readPackets(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Packet> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let offset = 0;
    while (offset + 4 <= rest.length) {
      const length = parseLength(rest, offset);
      if (length < 4) {
        yield length === 0 ? 'flush' : length === 1 ? 'delimiter' : 'response-end';
        offset += 4;
        continue;
      }
      if (offset + length > rest.length) break;
      yield rest.subarray(offset + 4, offset + length);
      offset += length;
    }
    rest = rest.subarray(offset);
  }
  if (rest.length > 0) throw new GitError('protocol', 'unexpected EOF');
}

/** The text of a packet without its line feed; `undefined` for the special ones. */
export function packetText(packet: Packet): string | undefined {
  if (typeof packet === 'string') return undefined;
  const end = packet.at(-1) === 0x0a ? packet.length - 1 : packet.length;
  return packet.toString('utf8', 0, end);
}

function parseLength(bytes: Buffer, offset: number): number {
  const text = bytes.toString('latin1', offset, offset + 4);
  const length = /^[0-9a-f]{4}$/i.test(text) ? Number.parseInt(text, 16) : -1;
  if (length < 0 || length === 3) throw new GitError('protocol', 'invalid pkt-len found');
  return length;
}

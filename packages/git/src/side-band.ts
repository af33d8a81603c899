import { GitError } from './errors.ts';
import { packetText, type Packet } from './pkt-line.ts';
import { cleanServerText } from './text.ts';

const packMagic = 'PACK';

/**
 * Takes the pack out of the answer to a fetch. Progress texts are dropped; they count toward the limit.
 * @throws GitError `object-not-found` when the server has not got what was wanted, else `protocol` or `limit`
 * @see git's gitprotocol-v2(5), "fetch", and gitprotocol-pack(5), "Packfile Data"
 */
export async function readPack(packets: AsyncIterable<Packet>, version: 0 | 2, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let received = 0;
  let isInPack = version === 0;
  let isComplete = false;
  for await (const packet of packets) {
    if (typeof packet === 'string') {
      if (packet === 'flush' && isInPack && chunks.length > 0) isComplete = true;
      continue;
    }
    received += packet.length;
    if (received > maxBytes) throw new GitError('limit', `the pack is larger than ${maxBytes} bytes`);
    const text = packet.length < 1000 ? packetText(packet) : undefined;
    if (text?.startsWith('ERR ') === true) throw serverError(text.slice(4));
    if (!isInPack) isInPack = text === 'packfile';
    else if (!isNegotiation(text)) appendBand(packet, chunks);
  }
  if (!isComplete) throw new GitError('protocol', 'unexpected EOF in the pack');
  return Buffer.concat(chunks);
}

/** Lines that come before the pack with the old protocol. */
function isNegotiation(text: string | undefined): boolean {
  return text !== undefined && /^(NAK|ACK [0-9a-f]{40}.*|(un)?shallow [0-9a-f]{40})$/.test(text);
}

function appendBand(packet: Buffer, chunks: Buffer[]): void {
  const band = packet[0];
  if (band === 1) return void chunks.push(packet.subarray(1));
  if (band === 2) return;
  if (band === 3) throw serverError(packet.subarray(1).toString());
  if (packet.toString('latin1', 0, 4) === packMagic) {
    throw new GitError('protocol', 'the server does not support side-band-64k');
  }
  throw new GitError('protocol', 'unexpected packet in the pack');
}

function serverError(text: string): GitError {
  const isMissing = /not our ref|bad object|unadvertised object/.test(text);
  return new GitError(isMissing ? 'object-not-found' : 'protocol', `the server said: ${cleanServerText(text)}`);
}

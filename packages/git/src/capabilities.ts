import { GitError } from './errors.ts';
import { packetText, readPackets, type Packet } from './pkt-line.ts';
import { isValidRefName, oidPattern, type RemoteRef } from './refs.ts';

/** What a server says about itself at the start. */
export type Advertisement =
  | { readonly version: 2; readonly capabilities: ReadonlyMap<string, string> }
  /** Older servers list all their references at once. */
  | { readonly version: 0; readonly capabilities: ReadonlyMap<string, string>; readonly refs: readonly RemoteRef[] };

export const maxRefs = 500_000;

/**
 * Reads the answer to `info/refs?service=git-upload-pack`.
 * @throws GitError `protocol` or `limit`
 * @see git's gitprotocol-http(5) and gitprotocol-v2(5)
 */
export async function parseAdvertisement(body: Buffer): Promise<Advertisement> {
  const lines: string[] = [];
  for await (const packet of readPackets([body])) {
    const text = packetText(packet);
    if (text === undefined || text.startsWith('# service=')) continue;
    if (text.startsWith('ERR ')) throw new GitError('protocol', 'the server refused the request');
    lines.push(text);
    if (lines.length > maxRefs) throw tooManyRefs();
  }
  if (lines[0] === 'version 2') return { version: 2, capabilities: parseCapabilities(lines.slice(1)) };
  return parseOldAdvertisement(lines[0] === 'version 1' ? lines.slice(1) : lines);
}

/** Reads the answer to `ls-refs` of protocol version 2. References with malformed names are left out. */
export async function parseLsRefs(packets: AsyncIterable<Packet>): Promise<RemoteRef[]> {
  const refs: RemoteRef[] = [];
  for await (const packet of packets) {
    const text = packetText(packet);
    if (text === undefined) break;
    if (text.startsWith('ERR ')) throw new GitError('protocol', 'the server refused the request');
    const [oid = '', name = '', ...attributes] = text.split(' ');
    if (!oidPattern.test(oid) || !isValidRefName(name)) continue;
    const peeled = attributes.find((attribute) => attribute.startsWith('peeled:'))?.slice('peeled:'.length);
    refs.push({ name, oid, ...(peeled !== undefined && oidPattern.test(peeled) && { peeled }) });
    if (refs.length > maxRefs) throw tooManyRefs();
  }
  return refs;
}

/** `<oid> <name>\0<capabilities>`, then `<oid> <name>`, with `<oid> <name>^{}` after an annotated tag. */
function parseOldAdvertisement(lines: readonly string[]): Advertisement {
  const refs = new Map<string, RemoteRef>();
  const [first = '', capabilities = ''] = (lines[0] ?? '').split('\0', 2);
  for (const line of [first, ...lines.slice(1)]) {
    const oid = line.slice(0, 40);
    const name = line.slice(41);
    const tag = name.endsWith('^{}') ? refs.get(name.slice(0, -3)) : undefined;
    if (!oidPattern.test(oid)) continue;
    if (tag !== undefined) refs.set(tag.name, { ...tag, peeled: oid });
    else if (isValidRefName(name) && !refs.has(name)) refs.set(name, { name, oid });
  }
  return { version: 0, capabilities: parseCapabilities(capabilities.split(' ')), refs: [...refs.values()] };
}

function parseCapabilities(items: readonly string[]): Map<string, string> {
  return new Map(
    items.map((item) => {
      const equals = item.indexOf('=');
      return equals < 0 ? [item, ''] : [item.slice(0, equals), item.slice(equals + 1)];
    }),
  );
}

function tooManyRefs(): GitError {
  return new GitError('limit', `more than ${maxRefs} references`);
}

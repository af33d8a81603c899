import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { EgressError } from './error.ts';

/**
 * Addresses that no user-given URL may lead to: the machine itself, its network neighbourhood and cloud metadata, also
 * when written as IPv4 in IPv6.
 */
const denied: readonly string[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  '::1/128',
  'fe80::/10',
  'fd00:ec2::254/128',
  'ff00::/8',
];

/** Allowed by default, since many servers of a company are there. */
const privateRanges: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** Decides which addresses may be connected to. */
export interface EgressPolicy {
  isAllowed(address: string): boolean;
}

/** @param allow CIDR ranges that are allowed although denied by default, such as `127.0.0.0/8` in local mode */
export function createEgressPolicy(allow: readonly string[] = []): EgressPolicy {
  const deniedList = buildList(denied);
  const allowedList = buildList(allow);
  const isIn = (list: BlockList, address: string) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return {
    isAllowed(address) {
      const plain = embeddedIpv4(address) ?? address;
      return isIn(allowedList, plain) || !isIn(deniedList, plain);
    },
  };
}

/**
 * A `lookup` for sockets that resolves once and hands out only allowed addresses, so that the checked address is the one
 * connected to. Not asked by sockets for literal addresses: use `checkLiteral` for those.
 */
export function guardedLookup(policy: EgressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '');
      const allowed = addresses.filter(({ address }) => policy.isAllowed(address));
      const first: LookupAddress | undefined = allowed[0];
      if (first === undefined) return callback(notAllowed(), '');
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** @throws EgressError when the host is an address that is not allowed */
export function checkLiteral(policy: EgressPolicy, url: URL): void {
  const address = literalAddress(url);
  if (address !== undefined && !policy.isAllowed(address)) throw notAllowed();
}

/**
 * Whether the host of `url` is an address of the machine itself or of a private network: no place for a public server
 * to send anyone to. A name says nothing of its addresses, so it is `false`.
 */
export function isPrivateLiteral(url: URL): boolean {
  const address = literalAddress(url);
  return address !== undefined && isPrivateAddress(address);
}

function isPrivateAddress(address: string): boolean {
  const plain = embeddedIpv4(address) ?? address;
  const ranges = [...denied, ...privateRanges];
  return buildList(ranges).check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : host;
}

function notAllowed(): EgressError {
  return new EgressError('transport', 'address not allowed');
}

function buildList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

/** The IPv4 address inside a mapped (::ffff:), NAT64 (64:ff9b::) or 6to4 (2002:) address. */
function embeddedIpv4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = expandIpv6(address);
  const head = groups.slice(0, 6).join(':');
  const isTail = head === '0:0:0:0:0:65535' || head === '100:65435:0:0:0:0';
  const pair = isTail ? groups.slice(6) : groups[0] === 0x2002 ? groups.slice(1, 3) : undefined;
  return pair?.flatMap((group) => [group >> 8, group & 255]).join('.');
}

/** Eight numbers. */
function expandIpv6(address: string): number[] {
  const withoutZone = address.replace(/%.*$/, '');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(withoutZone);
  const hex = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
  const text =
    dotted === null ? withoutZone : `${dotted[1]}${hex(dotted[2]!, dotted[3]!)}:${hex(dotted[4]!, dotted[5]!)}`;
  const [left = '', right] = text.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const start = parse(left);
  const end = parse(right ?? '');
  return [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end];
}

/** An IP address: its bits and how many there are. */
export type Address = { readonly bits: bigint; readonly width: 32 | 128 };

/** @returns `undefined` for text that is no address, or one that Kubernetes refuses: with a zone, or IPv4 within IPv6 */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.');
  const isRight = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isRight ? { bits: join(parts.map(BigInt), 8n), width: 32 } : undefined;
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const bits = join([...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])], 16n);
  return bits >> 32n === 0xffffn ? undefined : { bits, width: 128 };
}

function groupsOf(half: string): bigint[] | undefined {
  if (half === '') return [];
  const groups = half.split(':');
  const last = groups.at(-1) ?? '';
  const v4 = last.includes('.') ? parseV4(last) : undefined;
  const plain = v4 === undefined ? groups : groups.slice(0, -1);
  if (!plain.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  const values = plain.map((group) => BigInt(`0x${group}`));
  return v4 === undefined ? values : [...values, v4.bits >> 16n, v4.bits & 0xffffn];
}

function join(parts: readonly bigint[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | part, 0n);
}

/** The canonical text: IPv6 in lower case with its longest run of zeros left out. */
export function formatAddress({ bits, width }: Address): string {
  if (width === 32) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - index * 16)) & 0xffffn).toString(16));
  const runs = [
    ...groups
      .map((group) => (group === '0' ? '0' : '1'))
      .join('')
      .matchAll(/00+/g),
  ];
  const longest = runs.toSorted((a, b) => b[0].length - a[0].length)[0];
  if (longest === undefined) return groups.join(':');
  return `${groups.slice(0, longest.index).join(':')}::${groups.slice(longest.index + longest[0].length).join(':')}`;
}

export type Network = { readonly address: Address; readonly prefix: number };

/** @returns `undefined` for text that is no network */
export function parseNetwork(text: string): Network | undefined {
  const [, host = '', length = ''] = /^([^/]*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseAddress(host);
  return address === undefined || length === '' || Number(length) > address.width
    ? undefined
    : { address, prefix: Number(length) };
}

/** The network's first address. */
export function maskNetwork({ address: { bits, width }, prefix }: Network): Network {
  const host = BigInt(width - prefix);
  return { address: { bits: (bits >> host) << host, width }, prefix };
}

export function containsAddress({ address, prefix }: Network, { bits, width }: Address): boolean {
  const host = BigInt(address.width - prefix);
  return width === address.width && bits >> host === address.bits >> host;
}

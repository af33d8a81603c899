import { declare, type FunctionDecl, type Implementation } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { Opaque, type Value } from '../run/value.ts';
import {
  containsAddress,
  formatAddress,
  maskNetwork,
  parseAddress,
  parseNetwork,
  type Address,
  type Network,
} from './address.ts';

class Ip extends Opaque {
  override readonly typeName = 'net.IP';
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
  }

  override equals(other: Opaque): boolean {
    return (
      other instanceof Ip && other.address.bits === this.address.bits && other.address.width === this.address.width
    );
  }
}

class Cidr extends Opaque {
  override readonly typeName = 'net.CIDR';
  readonly network: Network;

  constructor(network: Network) {
    super();
    this.network = network;
  }

  override equals(other: Opaque): boolean {
    return other instanceof Cidr && formatCidr(other) === formatCidr(this);
  }
}

function formatCidr({ network: { address, prefix } }: Cidr): string {
  return `${formatAddress(address)}/${prefix}`;
}

function ipOf(text: string): Ip {
  const address = parseAddress(text);
  if (address === undefined) throw evaluationError(`IP Address "${text}" parse error during conversion from string`);
  return new Ip(address);
}

function cidrOf(text: string): Cidr {
  const network = parseNetwork(text);
  if (network === undefined)
    throw evaluationError(`network address parse error during conversion from string: "${text}"`);
  return new Cidr(network);
}

function isCanonical([text]: readonly Value[]): boolean {
  return formatAddress(ipOf(text as string).address) === text;
}

type Test = { readonly v4: readonly string[]; readonly v6: readonly string[] };

/** A method that tells whether an address lies in one of some networks. */
function inside(name: string, { v4, v6 }: Test, negate = false): FunctionDecl {
  const networks = [...v4, ...v6].map((text) => cidrOf(text).network);
  const run: Implementation = ([ip]) =>
    networks.some((network) => containsAddress(network, (ip as Ip).address)) !== negate;
  return declare(name, { 'net.IP.() bool': run });
}

const notGlobal: Test = {
  v4: ['0.0.0.0/32', '255.255.255.255/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4'],
  v6: ['::/128', '::1/128', 'fe80::/10', 'ff00::/8'],
};

const holds = ({ network }: Cidr, address: Address): boolean => containsAddress(network, address);

function holdsNetwork({ network }: Cidr, other: Cidr): boolean {
  return other.network.prefix >= network.prefix && containsAddress(network, maskNetwork(other.network).address);
}

/** Kubernetes' functions of addresses and networks. */
export const networks: readonly FunctionDecl[] = [
  declare('ip', {
    '(string) net.IP': ([text]) => ipOf(text as string),
    'net.CIDR.() net.IP': ([cidr]) => new Ip((cidr as Cidr).network.address),
  }),
  declare('isIP', { '(string) bool': ([text]) => parseAddress(text as string) !== undefined }),
  declare('ip.isCanonical', { '(string) bool': isCanonical }),
  declare('family', { 'net.IP.() int': ([ip]) => ((ip as Ip).address.width === 32 ? 4n : 6n) }),
  inside('isUnspecified', { v4: ['0.0.0.0/32'], v6: ['::/128'] }),
  inside('isLoopback', { v4: ['127.0.0.0/8'], v6: ['::1/128'] }),
  inside('isLinkLocalMulticast', { v4: ['224.0.0.0/24'], v6: ['ff02::/16'] }),
  inside('isLinkLocalUnicast', { v4: ['169.254.0.0/16'], v6: ['fe80::/10'] }),
  inside('isGlobalUnicast', notGlobal, true),
  declare('cidr', { '(string) net.CIDR': ([text]) => cidrOf(text as string) }),
  declare('isCIDR', { '(string) bool': ([text]) => parseNetwork(text as string) !== undefined }),
  declare('containsIP', {
    'net.CIDR.(net.IP) bool': ([cidr, ip]) => holds(cidr as Cidr, (ip as Ip).address),
    'net.CIDR.(string) bool': ([cidr, text]) => holds(cidr as Cidr, ipOf(text as string).address),
  }),
  declare('containsCIDR', {
    'net.CIDR.(net.CIDR) bool': ([cidr, other]) => holdsNetwork(cidr as Cidr, other as Cidr),
    'net.CIDR.(string) bool': ([cidr, text]) => holdsNetwork(cidr as Cidr, cidrOf(text as string)),
  }),
  declare('masked', { 'net.CIDR.() net.CIDR': ([cidr]) => new Cidr(maskNetwork((cidr as Cidr).network)) }),
  declare('prefixLength', { 'net.CIDR.() int': ([cidr]) => BigInt((cidr as Cidr).network.prefix) }),
  declare('string', {
    '(net.IP) string': ([ip]) => formatAddress((ip as Ip).address),
    '(net.CIDR) string': ([cidr]) => formatCidr(cidr as Cidr),
  }),
];

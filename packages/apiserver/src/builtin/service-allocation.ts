import { invalidValue, type FieldError } from '../errors.ts';
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { KubeObject } from '@sluice/api';
import { ensureRecord, fill, recordsAt } from './fill.ts';
import type { Draft } from '../registry/resource.ts';

const firstPort = 30000;
const lastPort = 32767;
/** 10.96.0.0/12 as a number, and how many addresses it has. */
const networkBase = (10 << 24) + (96 << 16);
const networkSize = 2 ** 20;
const networkText = '10.96.0.0/12';

/** What Services hold now. */
export interface Taken {
  readonly addresses: ReadonlySet<string>;
  readonly ports: ReadonlySet<number>;
}

/** The addresses and ports that other Services hold. */
export function takenBy(services: Iterable<KubeObject>, except: { namespace: string; name: string }): Taken {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  for (const { metadata, spec } of services) {
    if (metadata.namespace === except.namespace && metadata.name === except.name) continue;
    for (const address of listOf(recordOf(spec).clusterIPs)) addresses.add(stringOf(address));
    for (const port of listOf(recordOf(spec).ports)) {
      const { nodePort } = recordOf(port);
      if (typeof nodePort === 'number' && nodePort > 0) ports.add(nodePort);
    }
  }
  return { addresses, ports };
}

/**
 * Gives a Service the addresses and ports that its type wants and it does not have.
 * @returns what it asked for and cannot have
 */
export function allocate(object: Draft, taken: Taken, dryRun: boolean): FieldError[] {
  const spec = ensureRecord(object, 'spec');
  const type = stringOf(spec.type);
  if (type === 'ExternalName') return [];
  const errors = allocateAddress(spec, taken);
  const wantsPorts = type === 'NodePort' || (type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  if (wantsPorts) errors.push(...allocatePorts(spec, taken, dryRun));
  return errors;
}

function allocateAddress(spec: JsonRecord, taken: Taken): FieldError[] {
  if (stringOf(spec.clusterIP) === '') spec.clusterIP = stringOf(listOf(spec.clusterIPs)[0]);
  const headless = spec.clusterIP === 'None';
  const dual = headless && !isRecord(spec.selector);
  if (spec.ipFamilies === undefined) spec.ipFamilies = dual ? ['IPv4', 'IPv6'] : ['IPv4'];
  fill(spec, 'ipFamilyPolicy', dual ? 'RequireDualStack' : 'SingleStack');
  if (spec.clusterIP === '') spec.clusterIP = freeAddress(taken.addresses);
  const address = stringOf(spec.clusterIP);
  if (spec.clusterIPs === undefined) spec.clusterIPs = [address];
  if (headless) return [];
  const failed = (why: string) => [
    invalidValue('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${address}: ${why}`),
  ];
  if (!isInNetwork(address)) {
    return failed(`the provided IP (${address}) is not in the valid range. The range of valid IPs is ${networkText}`);
  }
  return taken.addresses.has(address) ? failed('provided IP is already allocated') : [];
}

function freeAddress(taken: ReadonlySet<string>): string {
  // The first 16 are the server's own.
  for (let offset = 16; offset < networkSize; offset += 1) {
    const address = addressText(networkBase + offset);
    if (!taken.has(address)) return address;
  }
  throw new Error('no free service address');
}

function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
}

function isInNetwork(address: string): boolean {
  const parts = address.split('.').map(Number);
  return parts.length === 4 && parts[0] === 10 && (parts[1] ?? 0) >= 96 && (parts[1] ?? 0) < 112;
}

function allocatePorts(spec: JsonRecord, taken: Taken, dryRun: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const used = new Set(taken.ports);
  for (const [index, port] of recordsAt(spec, 'ports').entries()) {
    const field = `spec.ports[${index}].nodePort`;
    if (port.nodePort === undefined || port.nodePort === 0) port.nodePort = freePort(used);
    else if (dryRun) continue;
    const nodePort = Number(port.nodePort);
    if (nodePort < firstPort || nodePort > lastPort) {
      const why = `provided port is not in the valid range. The range of valid ports is ${firstPort}-${lastPort}`;
      errors.push(invalidValue(field, nodePort, why));
    } else if (taken.ports.has(nodePort)) {
      errors.push(invalidValue(field, nodePort, 'provided port is already allocated'));
    }
    used.add(nodePort);
  }
  return errors;
}

function freePort(used: ReadonlySet<number>): number {
  for (let port = firstPort; port <= lastPort; port += 1) if (!used.has(port)) return port;
  throw new Error('no free node port');
}

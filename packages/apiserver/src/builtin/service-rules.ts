import type { KubeObject } from '@sluice/api';
import { listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { ensureRecord, fill, recordAt, recordsAt } from './fill.ts';

const clusterIpTypes = new Set(['ClusterIP', 'NodePort', 'LoadBalancer']);
const nodePortTypes = new Set(['NodePort', 'LoadBalancer']);

/** The defaults of a Service that need no allocation. */
export function defaultService(object: Draft): void {
  const spec = ensureRecord(object, 'spec');
  fill(spec, 'type', 'ClusterIP');
  fill(spec, 'sessionAffinity', 'None');
  if (spec.sessionAffinity === 'ClientIP') {
    const client = ensureRecord(ensureRecord(spec, 'sessionAffinityConfig'), 'clientIP');
    if (client.timeoutSeconds === undefined) client.timeoutSeconds = 10800;
  } else {
    delete spec.sessionAffinityConfig;
  }
  for (const port of recordsAt(spec, 'ports')) {
    fill(port, 'protocol', 'TCP');
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  const type = stringOf(spec.type);
  if (clusterIpTypes.has(type)) fill(spec, 'internalTrafficPolicy', 'Cluster');
  if (nodePortTypes.has(type) || (type === 'ClusterIP' && listOf(spec.externalIPs).length > 0)) {
    fill(spec, 'externalTrafficPolicy', 'Cluster');
  }
  if (type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === undefined) {
    spec.allocateLoadBalancerNodePorts = true;
  }
  for (const ingress of recordsAt(recordAt(recordAt(object, 'status') ?? {}, 'loadBalancer') ?? {}, 'ingress')) {
    if (ingress.ip !== undefined) fill(ingress, 'ipMode', 'VIP');
  }
}

/** What a Service without these values keeps from before, when its type still has them. */
export function keepAllocations(object: Draft, old: KubeObject): void {
  const spec = ensureRecord(object, 'spec');
  const before = recordOf(old.spec);
  const type = stringOf(spec.type);
  if (clusterIpTypes.has(type) && clusterIpTypes.has(stringOf(before.type))) {
    for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) fill(spec, key, before[key]);
    if (spec.clusterIP !== before.clusterIP && listOf(before.clusterIPs).length === listOf(spec.clusterIPs).length) {
      const changedAlone = JSON.stringify(spec.clusterIPs) === JSON.stringify(before.clusterIPs);
      if (changedAlone && stringOf(spec.clusterIP) !== '') spec.clusterIPs = [spec.clusterIP];
    }
  } else if (!clusterIpTypes.has(type)) {
    dropClusterFields(spec, before);
  }
  if (nodePortTypes.has(type)) keepNodePorts(spec, before);
  else if (nodePortTypes.has(stringOf(before.type))) dropNodePorts(spec, before);
  if (type === 'LoadBalancer' && spec.healthCheckNodePort === undefined && before.healthCheckNodePort !== undefined) {
    spec.healthCheckNodePort = before.healthCheckNodePort;
  }
}

function dropClusterFields(spec: JsonRecord, before: Readonly<JsonRecord>): void {
  if (spec.clusterIP === before.clusterIP) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  delete spec.ipFamilies;
  delete spec.ipFamilyPolicy;
  delete spec.internalTrafficPolicy;
}

function portKey(port: Readonly<JsonRecord>): string {
  return `${stringOf(port.protocol)}/${String(port.port as number)}`;
}

function keepNodePorts(spec: JsonRecord, before: Readonly<JsonRecord>): void {
  const known = new Map(listOf(before.ports).map((port) => [portKey(recordOf(port)), recordOf(port).nodePort]));
  for (const port of recordsAt(spec, 'ports')) {
    if (port.nodePort === undefined) {
      const nodePort = known.get(portKey(port));
      if (nodePort !== undefined) port.nodePort = nodePort;
    }
  }
}

/** Node ports that were allocated go with the type; ports that the user changed himself are left to validation. */
function dropNodePorts(spec: JsonRecord, before: Readonly<JsonRecord>): void {
  const allocated = new Set(listOf(before.ports).map((port) => recordOf(port).nodePort));
  for (const port of recordsAt(spec, 'ports')) if (allocated.has(port.nodePort)) delete port.nodePort;
  if (listOf(spec.externalIPs).length === 0) delete spec.externalTrafficPolicy;
  delete spec.allocateLoadBalancerNodePorts;
}

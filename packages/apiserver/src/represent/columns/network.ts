import type { KubeObject } from '@sluice/api';
import { at, isRecord, listOf, numberOf, recordOf, stringOf, textOf } from '../../json.ts';
import type { Column } from '../../registry/resource.ts';
import { ageColumn, column, nameColumn, selectorText, textAt, wide } from './build.ts';

export const networkColumns: Readonly<Record<string, readonly Column[]>> = {
  '/services': [
    nameColumn,
    column('Type', textAt('spec.type')),
    column('Cluster-IP', textAt('spec.clusterIP', '<none>')),
    column('External-IP', externalIp),
    column('Port(s)', servicePorts),
    ageColumn,
    wide('Selector', (object) => selectorText(at(object, 'spec', 'selector'))),
  ],
  '/endpoints': [nameColumn, column('Endpoints', endpointsText), ageColumn],
  'networking.k8s.io/ingresses': [
    nameColumn,
    column('Class', textAt('spec.ingressClassName', '<none>')),
    column('Hosts', ingressHosts),
    column('Address', (object) => balancerAddresses(object).join(',')),
    column('Ports', (object) => (listOf(at(object, 'spec', 'tls')).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  'networking.k8s.io/ingressclasses': [
    nameColumn,
    column('Controller', textAt('spec.controller')),
    column('Parameters', parametersText),
    ageColumn,
  ],
  'networking.k8s.io/networkpolicies': [
    nameColumn,
    column('Pod-Selector', (object) => selectorText(at(object, 'spec', 'podSelector'))),
    ageColumn,
  ],
  'networking.k8s.io/servicecidrs': [
    nameColumn,
    column('CIDRs', (object) => listOf(at(object, 'spec', 'cidrs')).join(',')),
    ageColumn,
  ],
  'discovery.k8s.io/endpointslices': [
    nameColumn,
    column('AddressType', textAt('addressType')),
    column(
      'Ports',
      (object) =>
        listOf(object.ports)
          .map((port) => textOf(recordOf(port).port))
          .join(',') || '<unset>',
    ),
    column(
      'Endpoints',
      (object) =>
        listOf(object.endpoints)
          .flatMap((e) => listOf(recordOf(e).addresses))
          .join(',') || '<unset>',
    ),
    ageColumn,
  ],
};

function balancerAddresses(object: KubeObject): string[] {
  return listOf(at(object, 'status', 'loadBalancer', 'ingress')).map((entry) => {
    const { ip, hostname } = recordOf(entry);
    return stringOf(ip) || stringOf(hostname);
  });
}

function externalIp(object: KubeObject): string {
  const spec = recordOf(object.spec);
  const external = listOf(spec.externalIPs).map(String);
  if (spec.type === 'ExternalName') return stringOf(spec.externalName);
  const addresses = [...balancerAddresses(object), ...external];
  if (addresses.length > 0) return addresses.join(',');
  return spec.type === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts(object: KubeObject): string {
  const ports = listOf(at(object, 'spec', 'ports')).map((entry) => {
    const { port, nodePort, protocol } = recordOf(entry);
    const node = nodePort === undefined ? '' : `:${numberOf(nodePort)}`;
    return `${numberOf(port)}${node}/${stringOf(protocol)}`;
  });
  return ports.join(',') || '<none>';
}

function endpointsText(object: KubeObject): string {
  const pairs = listOf(object.subsets).flatMap((subset) => {
    const { addresses, ports } = recordOf(subset);
    return listOf(addresses).flatMap((address) =>
      listOf(ports).map((port) => `${stringOf(recordOf(address).ip)}:${numberOf(recordOf(port).port)}`),
    );
  });
  return pairs.join(',') || '<none>';
}

function ingressHosts(object: KubeObject): string {
  const hosts = listOf(at(object, 'spec', 'rules')).map((rule) => stringOf(recordOf(rule).host) || '*');
  return hosts.join(',') || '*';
}

function parametersText(object: KubeObject): string {
  const parameters = at(object, 'spec', 'parameters');
  if (!isRecord(parameters)) return '<none>';
  const group = stringOf(parameters.apiGroup);
  return `${stringOf(parameters.kind)}${group === '' ? '' : `.${group}`}/${stringOf(parameters.name)}`;
}

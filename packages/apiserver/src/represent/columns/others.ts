import type { KubeObject } from '@sluice/api';
import { at, isRecord, listOf, numberOf, recordOf, stringOf, textOf } from '../../json.ts';
import type { Column } from '../../registry/resource.ts';
import { formatAge } from '../age.ts';
import { ageAt, ageColumn, column, countAt, nameColumn, selectorText, textAt, wide } from './build.ts';

const accessModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function modesAt(path: string): (object: KubeObject) => string {
  return (object) =>
    listOf(at(object, ...path.split('.')))
      .map((mode) => accessModes[stringOf(mode)] ?? stringOf(mode))
      .join(',');
}

const claimed = (name: string, path: string) => column(name, textAt(path, '<unset>'));
const bindingColumns: readonly Column[] = [
  nameColumn,
  column('Role', (object) => `${stringOf(recordOf(object.roleRef).kind)}/${stringOf(recordOf(object.roleRef).name)}`),
  ageColumn,
  ...(['Users', 'Groups', 'ServiceAccounts'] as const).map((name) => wide(name, subjects(name.slice(0, -1)))),
];
const webhookColumns: readonly Column[] = [nameColumn, column('Webhooks', countAt('webhooks'), 'integer'), ageColumn];

export const otherColumns: Readonly<Record<string, readonly Column[]>> = {
  '/services': [
    nameColumn,
    column('Type', textAt('spec.type')),
    column('Cluster-IP', textAt('spec.clusterIP', '<none>')),
    column('External-IP', externalIp),
    column('Port(s)', servicePorts),
    ageColumn,
    wide('Selector', (object) => selectorText(at(object, 'spec', 'selector'))),
  ],
  '/configmaps': [nameColumn, column('Data', countAt('data', 'binaryData'), 'integer'), ageColumn],
  '/secrets': [nameColumn, column('Type', textAt('type')), column('Data', countAt('data'), 'integer'), ageColumn],
  '/serviceaccounts': [nameColumn, ageColumn],
  '/namespaces': [nameColumn, column('Status', textAt('status.phase')), ageColumn],
  '/nodes': [
    nameColumn,
    column('Status', nodeStatus),
    column('Roles', () => '<none>'),
    ageColumn,
    column('Version', textAt('status.nodeInfo.kubeletVersion')),
    wide('Internal-IP', nodeAddress('InternalIP')),
    wide('External-IP', nodeAddress('ExternalIP')),
    wide('OS-Image', textAt('status.nodeInfo.osImage', '<unknown>')),
    wide('Kernel-Version', textAt('status.nodeInfo.kernelVersion', '<unknown>')),
    wide('Container-Runtime', textAt('status.nodeInfo.containerRuntimeVersion', '<unknown>')),
  ],
  '/persistentvolumeclaims': [
    nameColumn,
    column('Status', (object) =>
      object.metadata.deletionTimestamp === undefined ? textAt('status.phase')(object, new Date(0)) : 'Terminating',
    ),
    column('Volume', textAt('spec.volumeName')),
    column('Capacity', textAt('status.capacity.storage')),
    column('Access Modes', modesAt('status.accessModes')),
    column('StorageClass', textAt('spec.storageClassName')),
    claimed('VolumeAttributesClass', 'spec.volumeAttributesClassName'),
    ageColumn,
    wide('VolumeMode', textAt('spec.volumeMode', '<unset>')),
  ],
  '/persistentvolumes': [
    nameColumn,
    column('Capacity', textAt('spec.capacity.storage')),
    column('Access Modes', modesAt('spec.accessModes')),
    column('Reclaim Policy', textAt('spec.persistentVolumeReclaimPolicy')),
    column('Status', textAt('status.phase')),
    column('Claim', (object) => {
      const { namespace, name } = recordOf(at(object, 'spec', 'claimRef'));
      return name === undefined ? '' : `${stringOf(namespace)}/${stringOf(name)}`;
    }),
    column('StorageClass', textAt('spec.storageClassName')),
    claimed('VolumeAttributesClass', 'spec.volumeAttributesClassName'),
    column('Reason', textAt('status.reason')),
    ageColumn,
    wide('VolumeMode', textAt('spec.volumeMode', '<unset>')),
  ],
  '/endpoints': [nameColumn, column('Endpoints', endpointsText), ageColumn],
  '/resourcequotas': [
    nameColumn,
    column('Request', quotaText('requests')),
    column('Limit', quotaText('limits')),
    ageColumn,
  ],
  '/events': [
    column('Last Seen', lastSeen),
    column('Type', textAt('type')),
    column('Reason', textAt('reason')),
    column('Object', (object) => {
      const { kind, name } = recordOf(object.involvedObject ?? object.regarding);
      return `${stringOf(kind).toLowerCase()}/${stringOf(name)}`;
    }),
    wide('Subobject', textAt('involvedObject.fieldPath')),
    wide('Source', textAt('source.component')),
    column('Message', (object) => (textOf(object.message) || textOf(object.note)).trim()),
    wide('First Seen', (object, now) =>
      formatAge(object.firstTimestamp ?? object.eventTime ?? object.metadata.creationTimestamp, now),
    ),
    wide('Count', (object) => numberOf(object.count, 1)),
    wide('Name', (object) => object.metadata.name),
  ],
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
  'autoscaling/horizontalpodautoscalers': [
    nameColumn,
    column('Reference', (object) => {
      const { kind, name } = recordOf(at(object, 'spec', 'scaleTargetRef'));
      return `${stringOf(kind)}/${stringOf(name)}`;
    }),
    column('Targets', metricTargets),
    column('MinPods', textAt('spec.minReplicas', '<unset>')),
    column('MaxPods', (object) => numberOf(at(object, 'spec', 'maxReplicas')), 'integer'),
    column('Replicas', (object) => numberOf(at(object, 'status', 'currentReplicas')), 'integer'),
    ageColumn,
  ],
  'policy/poddisruptionbudgets': [
    nameColumn,
    column('Min Available', textAt('spec.minAvailable', 'N/A')),
    column('Max Unavailable', textAt('spec.maxUnavailable', 'N/A')),
    column('Allowed Disruptions', (object) => numberOf(at(object, 'status', 'disruptionsAllowed')), 'integer'),
    ageColumn,
  ],
  'storage.k8s.io/storageclasses': [
    nameColumn,
    column('Provisioner', textAt('provisioner')),
    column('ReclaimPolicy', textAt('reclaimPolicy', 'Delete')),
    column('VolumeBindingMode', textAt('volumeBindingMode', 'Immediate')),
    column('AllowVolumeExpansion', (object) => object.allowVolumeExpansion === true, 'boolean'),
    ageColumn,
  ],
  'storage.k8s.io/csinodes': [nameColumn, column('Drivers', countAt('spec.drivers'), 'integer'), ageColumn],
  'storage.k8s.io/csidrivers': [
    nameColumn,
    column('AttachRequired', (object) => at(object, 'spec', 'attachRequired') === true, 'boolean'),
    column('PodInfoOnMount', (object) => at(object, 'spec', 'podInfoOnMount') === true, 'boolean'),
    column('StorageCapacity', (object) => at(object, 'spec', 'storageCapacity') === true, 'boolean'),
    column('TokenRequests', (object) => tokenRequests(object)),
    column('RequiresRepublish', (object) => at(object, 'spec', 'requiresRepublish') === true, 'boolean'),
    column('Modes', (object) => listOf(at(object, 'spec', 'volumeLifecycleModes')).join(',')),
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
  'coordination.k8s.io/leases': [nameColumn, column('Holder', textAt('spec.holderIdentity')), ageColumn],
  'rbac.authorization.k8s.io/rolebindings': bindingColumns,
  'rbac.authorization.k8s.io/clusterrolebindings': bindingColumns,
  'scheduling.k8s.io/priorityclasses': [
    nameColumn,
    column('Value', (object) => numberOf(object.value), 'integer'),
    column('Global-Default', (object) => object.globalDefault === true, 'boolean'),
    ageColumn,
    column('PreemptionPolicy', textAt('preemptionPolicy')),
  ],
  'node.k8s.io/runtimeclasses': [nameColumn, column('Handler', textAt('handler')), ageColumn],
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhookColumns,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhookColumns,
  'admissionregistration.k8s.io/validatingadmissionpolicies': [
    nameColumn,
    column('Validations', countAt('spec.validations'), 'integer'),
    column('ParamKind', (object) => {
      const { apiVersion, kind } = recordOf(at(object, 'spec', 'paramKind'));
      return kind === undefined ? '<unset>' : `${stringOf(apiVersion)}/${stringOf(kind)}`;
    }),
    ageColumn,
  ],
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': [
    nameColumn,
    column('PolicyName', textAt('spec.policyName')),
    column('ParamRef', textAt('spec.paramRef.name', '<unset>')),
    ageColumn,
  ],
  'apiregistration.k8s.io/apiservices': [
    nameColumn,
    column('Service', (object) => {
      const { namespace, name } = recordOf(at(object, 'spec', 'service'));
      return name === undefined ? 'Local' : `${stringOf(namespace)}/${stringOf(name)}`;
    }),
    column('Available', availability),
    column('Age', ageAt('metadata.creationTimestamp')),
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

function nodeStatus(object: KubeObject): string {
  const ready = listOf(at(object, 'status', 'conditions'))
    .map(recordOf)
    .find((condition) => condition.type === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return at(object, 'spec', 'unschedulable') === true ? `${text},SchedulingDisabled` : text;
}

function nodeAddress(type: string): (object: KubeObject) => string {
  return (object) => {
    const addresses = listOf(at(object, 'status', 'addresses')).map(recordOf);
    return stringOf(addresses.find((address) => address.type === type)?.address) || '<none>';
  };
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

function quotaText(part: 'requests' | 'limits'): (object: KubeObject) => string {
  return (object) => {
    const used = recordOf(at(object, 'status', 'used'));
    return Object.entries(recordOf(at(object, 'status', 'hard')))
      .filter(([key]) => key.startsWith('limits') === (part === 'limits'))
      .map(([key, hard]) => `${key}: ${textOf(used[key])}/${textOf(hard)}`)
      .join(', ');
  };
}

function lastSeen(object: KubeObject, now: Date): string {
  const series = recordOf(object.series).lastObservedTime;
  return formatAge(series ?? object.lastTimestamp ?? object.eventTime ?? object.metadata.creationTimestamp, now);
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

function metricTargets(object: KubeObject): string {
  const metrics = listOf(at(object, 'spec', 'metrics')).map(recordOf);
  const texts = metrics.map((metric) => {
    const name = textOf(at(metric, 'resource', 'name'));
    const percent = textOf(at(metric, 'resource', 'target', 'averageUtilization'));
    return name === '' ? '<unknown>' : `${name}: <unknown>/${percent}%`;
  });
  return texts.join(', ') || '<none>';
}

function tokenRequests(object: KubeObject): string {
  const audiences = listOf(at(object, 'spec', 'tokenRequests')).map((request) => stringOf(recordOf(request).audience));
  return audiences.join(',') || '<unset>';
}

function subjects(kind: string): (object: KubeObject) => string {
  return (object) =>
    listOf(object.subjects)
      .map(recordOf)
      .filter((subject) => subject.kind === kind)
      .map(({ namespace, name }) =>
        kind === 'ServiceAccount' ? `${stringOf(namespace)}/${stringOf(name)}` : stringOf(name),
      )
      .join(', ');
}

function availability(object: KubeObject): string {
  const condition = listOf(at(object, 'status', 'conditions'))
    .map(recordOf)
    .find(({ type }) => type === 'Available');
  if (condition === undefined) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${stringOf(condition.status)} (${stringOf(condition.reason)})`;
}

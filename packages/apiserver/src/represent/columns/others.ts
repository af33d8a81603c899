import type { KubeObject } from '@sluice/api';
import { at, listOf, numberOf, recordOf, stringOf, textOf } from '../../json.ts';
import type { Column } from '../../registry/resource.ts';
import { formatAge } from '../age.ts';
import { ageAt, ageColumn, column, countAt, nameColumn, textAt, wide } from './build.ts';

const bindingColumns: readonly Column[] = [
  nameColumn,
  column('Role', (object) => `${stringOf(recordOf(object.roleRef).kind)}/${stringOf(recordOf(object.roleRef).name)}`),
  ageColumn,
  ...(['Users', 'Groups', 'ServiceAccounts'] as const).map((name) => wide(name, subjects(name.slice(0, -1)))),
];
const webhookColumns: readonly Column[] = [nameColumn, column('Webhooks', countAt('webhooks'), 'integer'), ageColumn];

export const otherColumns: Readonly<Record<string, readonly Column[]>> = {
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

function metricTargets(object: KubeObject): string {
  const metrics = listOf(at(object, 'spec', 'metrics')).map(recordOf);
  const texts = metrics.map((metric) => {
    const name = textOf(at(metric, 'resource', 'name'));
    const percent = textOf(at(metric, 'resource', 'target', 'averageUtilization'));
    return name === '' ? '<unknown>' : `${name}: <unknown>/${percent}%`;
  });
  return texts.join(', ') || '<none>';
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

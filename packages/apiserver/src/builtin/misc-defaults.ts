import type { JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { ensureRecord, fill, recordAt, recordsAt } from './fill.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

export function defaultBinding(object: Draft): void {
  const role = recordAt(object, 'roleRef');
  if (role !== undefined) fill(role, 'apiGroup', rbacGroup);
  for (const subject of recordsAt(object, 'subjects')) {
    if (subject.kind === 'User' || subject.kind === 'Group') fill(subject, 'apiGroup', rbacGroup);
  }
}

export function defaultNetworkPolicy(object: Draft): void {
  const spec = ensureRecord(object, 'spec');
  if (spec.policyTypes === undefined)
    spec.policyTypes = spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
  for (const rule of [...recordsAt(spec, 'ingress'), ...recordsAt(spec, 'egress')]) {
    for (const port of recordsAt(rule, 'ports')) fill(port, 'protocol', 'TCP');
  }
}

export function defaultIngressClass(object: Draft): void {
  const parameters = recordAt(recordAt(object, 'spec') ?? {}, 'parameters');
  if (parameters !== undefined) fill(parameters, 'scope', 'Cluster');
}

export function defaultAutoscaler(object: Draft): void {
  const spec = ensureRecord(object, 'spec');
  if (spec.minReplicas === undefined) spec.minReplicas = 1;
  if (recordsAt(spec, 'metrics').length === 0) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  const behavior = recordAt(spec, 'behavior');
  if (behavior === undefined) return;
  const percent = { type: 'Percent', value: 100, periodSeconds: 15 };
  const up = ensureRecord(behavior, 'scaleUp');
  if (up.stabilizationWindowSeconds === undefined) up.stabilizationWindowSeconds = 0;
  fill(up, 'selectPolicy', 'Max');
  if (up.policies === undefined) up.policies = [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent];
  const down = ensureRecord(behavior, 'scaleDown');
  fill(down, 'selectPolicy', 'Max');
  if (down.policies === undefined) down.policies = [percent];
}

/** autoscaling/v1 keeps the metrics elsewhere. */
export function defaultAutoscalerV1(object: Draft): void {
  const spec = ensureRecord(object, 'spec');
  if (spec.minReplicas === undefined) spec.minReplicas = 1;
  if (spec.targetCPUUtilizationPercentage === undefined) spec.targetCPUUtilizationPercentage = 80;
}

export function defaultStorageClass(object: Draft): void {
  fill(object, 'reclaimPolicy', 'Delete');
  fill(object, 'volumeBindingMode', 'Immediate');
}

export function defaultCsiDriver(object: Draft): void {
  const spec = ensureRecord(object, 'spec');
  const defaults = {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
    seLinuxMount: false,
  };
  for (const [key, value] of Object.entries(defaults)) if (spec[key] === undefined) spec[key] = value;
}

export function defaultClaim(object: Draft): void {
  fill(ensureRecord(object, 'spec'), 'volumeMode', 'Filesystem');
}

export function defaultVolumeObject(object: Draft): void {
  const spec = ensureRecord(object, 'spec');
  fill(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  fill(spec, 'volumeMode', 'Filesystem');
}

export function defaultWebhooks(object: Draft): void {
  for (const webhook of recordsAt(object, 'webhooks')) {
    fill(webhook, 'failurePolicy', 'Fail');
    fill(webhook, 'matchPolicy', 'Equivalent');
    ensureRecord(webhook, 'namespaceSelector');
    ensureRecord(webhook, 'objectSelector');
    if (webhook.timeoutSeconds === undefined) webhook.timeoutSeconds = 10;
    if (object.kind === 'MutatingWebhookConfiguration') fill(webhook, 'reinvocationPolicy', 'Never');
    for (const rule of recordsAt(webhook, 'rules')) fill(rule, 'scope', '*');
    defaultServicePort(recordAt(webhook, 'clientConfig') ?? {});
  }
}

export function defaultApiService(object: Draft): void {
  defaultServicePort(ensureRecord(object, 'spec'));
}

function defaultServicePort(owner: JsonRecord): void {
  const service = recordAt(owner, 'service');
  if (service !== undefined && service.port === undefined) service.port = 443;
}

export function defaultAdmissionPolicy(object: Draft): void {
  const spec = ensureRecord(object, 'spec');
  fill(spec, 'failurePolicy', 'Fail');
  defaultMatchResources(recordAt(spec, 'matchConstraints'));
}

export function defaultAdmissionBinding(object: Draft): void {
  defaultMatchResources(recordAt(ensureRecord(object, 'spec'), 'matchResources'));
}

function defaultMatchResources(match: JsonRecord | undefined): void {
  if (match === undefined) return;
  fill(match, 'matchPolicy', 'Equivalent');
  ensureRecord(match, 'namespaceSelector');
  ensureRecord(match, 'objectSelector');
  for (const rule of [...recordsAt(match, 'resourceRules'), ...recordsAt(match, 'excludeResourceRules')]) {
    fill(rule, 'scope', '*');
  }
}

export function defaultEndpointSlice(object: Draft): void {
  for (const port of recordsAt(object, 'ports')) {
    if (port.name === undefined) port.name = '';
    fill(port, 'protocol', 'TCP');
  }
}

export function defaultEndpoints(object: Draft): void {
  for (const subset of recordsAt(object, 'subsets')) {
    for (const port of recordsAt(subset, 'ports')) fill(port, 'protocol', 'TCP');
  }
}

export function defaultPriorityClass(object: Draft): void {
  fill(object, 'preemptionPolicy', 'PreemptLowerPriority');
}

export function defaultLimitRange(object: Draft): void {
  for (const limit of recordsAt(ensureRecord(object, 'spec'), 'limits')) {
    if (limit.type !== 'Container') continue;
    const bounds = { ...recordAt(limit, 'max'), ...recordAt(limit, 'default') };
    if (Object.keys(bounds).length > 0) limit.default = bounds;
    const requests = { ...recordAt(limit, 'min'), ...bounds, ...recordAt(limit, 'defaultRequest') };
    if (Object.keys(requests).length > 0) limit.defaultRequest = requests;
  }
}

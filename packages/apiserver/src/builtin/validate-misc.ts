import type { KubeObject } from '@sluice/api';
import {
  duplicate,
  forbiddenField,
  immutable,
  invalidValue,
  notSupported,
  required,
  type FieldError,
} from '../errors.ts';
import { at, isRecord, jsonEqual, listOf, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { quantityNanos } from './quantity.ts';
import type { KindRules } from './strategy.ts';
import { validatePort } from './validate-pod.ts';
import { nonNegative } from './validate-workload.ts';

type Source = Readonly<JsonRecord>;

/** Refuses a change of any of these fields. */
export function immutableFields(...fields: readonly string[]): NonNullable<KindRules['validateUpdate']> {
  return (object, old) =>
    fields.flatMap((field) => {
      const value = at(object, ...field.split('.'));
      return jsonEqual(value, at(old, ...field.split('.'))) ? [] : [immutable(field, value ?? null)];
    });
}

export function validateService(object: KubeObject): FieldError[] {
  const spec = recordOf(object.spec);
  const ports = listOf(spec.ports).map(recordOf);
  const errors: FieldError[] = [];
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName')
    errors.push(required('spec.ports'));
  if (spec.type === 'ExternalName' && stringOf(spec.externalName) === '') errors.push(required('spec.externalName'));
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    if (ports.length > 1 && stringOf(port.name) === '') errors.push(required(`${path}.name`));
    errors.push(...validatePort(port.port, `${path}.port`));
    errors.push(...validateTargetPort(port.targetPort, `${path}.targetPort`));
    const key = `${stringOf(port.protocol)}/${numberOf(port.port)}`;
    if (seen.has(key)) errors.push(duplicate(path, portIdentity(port)));
    seen.add(key);
  }
  return errors;
}

/** A port as its internal type prints it, reduced to what makes two of them the same. */
function portIdentity(port: Source): JsonRecord {
  return { Name: '', Protocol: port.protocol, AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0 };
}

function validateTargetPort(port: unknown, field: string): FieldError[] {
  if (typeof port !== 'string') return validatePort(port, field);
  if (!/^[a-z0-9-]+$/.test(port)) {
    return [invalidValue(field, port, 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')];
  }
  if (port.length > 15) return [invalidValue(field, port, 'must be no more than 15 characters')];
  return /[a-z]/.test(port) ? [] : [invalidValue(field, port, 'must contain at least one letter (a-z)')];
}

export function validateServiceUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [recordOf(object.spec), recordOf(old.spec)];
  const stays = spec.type !== 'ExternalName' && before.type !== 'ExternalName';
  const address = stringOf(listOf(before.clusterIPs)[0]);
  if (!stays || address === '' || listOf(spec.clusterIPs)[0] === address) return [];
  return [invalidValue('spec.clusterIPs[0]', spec.clusterIPs ?? null, 'may not change once set')];
}

export function validateClaim(object: KubeObject): FieldError[] {
  const spec = recordOf(object.spec);
  const errors: FieldError[] = [];
  if (listOf(spec.accessModes).length === 0) {
    errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
  }
  if (at(spec, 'resources', 'requests', 'storage') === undefined) errors.push(required('spec.resources[storage]'));
  return errors;
}

export function validateClaimUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [recordOf(object.spec), recordOf(old.spec)];
  const bound = recordOf(old.status).phase === 'Bound';
  const fixed = (source: Source) => ({
    ...source,
    ...(bound ? { resources: 0, volumeAttributesClassName: 0 } : {}),
    // The controller that binds the claim fills these in.
    ...(before.volumeName === undefined ? { volumeName: 0 } : {}),
    ...(before.storageClassName === undefined ? { storageClassName: 0 } : {}),
  });
  const errors: FieldError[] = [];
  if (!jsonEqual(fixed(spec), fixed(before))) {
    const why =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbiddenField('spec', why));
  }
  const capacity = quantityNanos(stringOf(at(old, 'status', 'capacity', 'storage')));
  const wanted = quantityNanos(stringOf(at(spec, 'resources', 'requests', 'storage')));
  if (bound && capacity !== undefined && wanted !== undefined && wanted < capacity) {
    errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  }
  return errors;
}

const mutableVolumeFields = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

export function validateVolumeUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const sourceOf = (spec: unknown) =>
    Object.fromEntries(Object.entries(recordOf(spec)).filter(([key]) => !mutableVolumeFields.has(key)));
  if (jsonEqual(sourceOf(object.spec), sourceOf(old.spec))) return [];
  const field = 'spec.persistentvolumesource';
  return [forbiddenField(field, `${field} is immutable after creation`)];
}

export function validateBindingUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { roleRef } = object;
  return jsonEqual(roleRef, old.roleRef) ? [] : [invalidValue('roleRef', roleRef, 'cannot change roleRef')];
}

export function validatePriorityClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  if (object.value !== old.value) errors.push(forbiddenField('value', 'may not be changed in an update.'));
  if (object.preemptionPolicy !== old.preemptionPolicy) {
    errors.push(immutable('preemptionPolicy', object.preemptionPolicy ?? null));
  }
  return errors;
}

export function validateDisruptionBudget(object: KubeObject): FieldError[] {
  const spec = recordOf(object.spec);
  if (spec.minAvailable === undefined || spec.maxUnavailable === undefined) return [];
  return [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')];
}

export function validateAutoscaler(object: KubeObject): FieldError[] {
  const { maxReplicas, minReplicas } = recordOf(object.spec);
  const errors: FieldError[] = [];
  if (numberOf(maxReplicas) === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  if (numberOf(maxReplicas) < numberOf(minReplicas, 1)) {
    errors.push(invalidValue('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than or equal to `minReplicas`'));
  }
  return [
    ...errors,
    ...listOf(recordOf(object.spec).metrics).flatMap((metric, i) =>
      validateMetric(recordOf(metric), `spec.metrics[${i}]`),
    ),
  ];
}

const metricSources: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function validateMetric(metric: Source, path: string): FieldError[] {
  const type = stringOf(metric.type);
  const source = metricSources[type];
  if (source === undefined) {
    const unsupported = notSupported(`${path}.type`, type, Object.keys(metricSources));
    return type === ''
      ? [required(`${path}.type`, 'must specify a metric source type'), unsupported, unsupported]
      : [unsupported];
  }
  if (isRecord(metric[source])) return [];
  return [required(`${path}.${source}`, 'must populate information for the given metric source')];
}

export function validateLease(object: KubeObject): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions } = recordOf(object.spec);
  const errors = nonNegative(leaseTransitions, 'spec.leaseTransitions');
  if (typeof leaseDurationSeconds === 'number' && leaseDurationSeconds <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  }
  return errors;
}

const v1 = 'autoscaling/v1';
const v2 = 'autoscaling/v2';

/** autoscaling/v1 knows one metric, the processor use; it is stored as v2. */
export const autoscalerV1Conversion: Pick<KindRules, 'toStored' | 'fromStored' | 'versions'> = {
  versions: ['v1', 'v2'],
  toStored: (object) => {
    const { targetCPUUtilizationPercentage: percent, ...spec } = recordOf(object.spec);
    const target = { type: 'Utilization', averageUtilization: percent };
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
    return { ...object, apiVersion: v2, spec: { ...spec, metrics } } as Draft;
  },
  fromStored: (stored) => {
    if (stored.apiVersion === v1) return stored;
    const { metrics, behavior: _, ...spec } = recordOf(stored.spec);
    const cpu = listOf(metrics)
      .map(recordOf)
      .find((metric) => at(metric, 'resource', 'name') === 'cpu');
    const percent = at(cpu, 'resource', 'target', 'averageUtilization');
    const targetCPUUtilizationPercentage =
      typeof percent === 'number' ? { targetCPUUtilizationPercentage: percent } : {};
    const { conditions: __, currentMetrics: ___, ...status } = recordOf(stored.status);
    return {
      ...stored,
      apiVersion: v1,
      spec: { ...spec, ...targetCPUUtilizationPercentage },
      status: { currentReplicas: 0, ...status },
    };
  },
};

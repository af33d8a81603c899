import { describe, expect, test } from 'vitest';
import { emptyObjectOf, schemaOf } from './builtin.ts';
import { builtinResources } from './resources.ts';
import type { Field, GroupVersionKind, Schema } from './schema.ts';

const gvk = (apiVersion: string, kind: string): GroupVersionKind => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind };
};

/** The field at a path such as `spec.containers.env`; lists and maps are stepped into. */
function field(apiVersion: string, kind: string, path: string): Field {
  let schema: Schema | undefined = schemaOf(gvk(apiVersion, kind));
  let found: Field | undefined;
  for (const name of path.split('.')) {
    found = (schema?.list?.items ?? schema)?.map?.fields.get(name);
    if (found === undefined) throw new Error(`no ${name} in ${kind} ${path}`);
    schema = found.schema;
  }
  return found!;
}

/** As kube-api.md, Appendix A writes it: `s`, `[…](k1,k2)`, `{…}!`. */
function notation({ scalar, list, map }: Schema): string {
  if (list !== undefined && map !== undefined) return map.atomic ? 'any!' : 'any';
  if (list !== undefined)
    return `[]${list.type === 'map' ? `(${list.keys.join(',')})` : list.type === 'set' ? 'set' : ''}`;
  if (map !== undefined) return `${map.values === undefined ? 'struct' : '{}'}${map.atomic ? '!' : ''}`;
  return scalar ?? '';
}

// kube-api, Appendix A
test.each([
  ['v1', 'Pod', 'spec.containers', '[](name)'],
  ['v1', 'Pod', 'spec.containers.ports', '[](containerPort,protocol)'],
  ['v1', 'Pod', 'spec.containers.args', '[]'],
  ['v1', 'Pod', 'spec.containers.volumeMounts', '[](mountPath)'],
  ['v1', 'Pod', 'spec.nodeSelector', '{}!'],
  ['v1', 'Pod', 'spec.tolerations', '[]'],
  ['v1', 'Pod', 'spec.topologySpreadConstraints', '[](topologyKey,whenUnsatisfiable)'],
  ['v1', 'Pod', 'metadata.finalizers', '[]set'],
  ['v1', 'Pod', 'metadata.ownerReferences', '[](uid)'],
  ['v1', 'Pod', 'metadata.labels', '{}'],
  ['v1', 'Service', 'spec.ports', '[](port,protocol)'],
  ['v1', 'Service', 'spec.selector', '{}!'],
  ['v1', 'Service', 'spec.ports.targetPort', 'untyped'],
  ['v1', 'ServiceAccount', 'secrets', '[](name)'],
  ['v1', 'ServiceAccount', 'imagePullSecrets', '[]'],
  ['v1', 'Node', 'spec.podCIDRs', '[]set'],
  ['v1', 'ConfigMap', 'binaryData', '{}'],
  ['apps/v1', 'Deployment', 'spec.selector', 'struct!'],
  ['apps/v1', 'Deployment', 'spec.replicas', 'numeric'],
  ['apps/v1', 'ControllerRevision', 'data', 'any!'],
  ['batch/v1', 'Job', 'spec.podFailurePolicy.rules.onExitCodes.values', '[]set'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'spec.metrics', '[]'],
  ['autoscaling/v1', 'HorizontalPodAutoscaler', 'spec.scaleTargetRef', 'struct!'],
  ['networking.k8s.io/v1', 'Ingress', 'spec.rules', '[]'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'roleRef', 'struct!'],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpoints.addresses', '[]set'],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'webhooks', '[](name)'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'spec.versions', '[]'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'status.conditions', '[](type)'],
  ['apiregistration.k8s.io/v1', 'APIService', 'status.conditions', '[](type)'],
])('%s %s %s merges as %s', (apiVersion, kind, path, want) => {
  expect(notation(field(apiVersion, kind, path).schema)).toBe(want);
});

// kube-api, Appendix B
test.each([
  ['v1', 'Pod', 'spec.containers', 'merge', 'name'],
  ['v1', 'Pod', 'spec.initContainers', 'merge', 'name'],
  ['v1', 'Pod', 'spec.ephemeralContainers', 'merge', 'name'],
  ['v1', 'Pod', 'spec.containers.env', 'merge', 'name'],
  ['v1', 'Pod', 'spec.containers.envFrom', '', ''],
  ['v1', 'Pod', 'spec.containers.args', '', ''],
  ['v1', 'Pod', 'spec.containers.ports', 'merge', 'containerPort'],
  ['v1', 'Pod', 'spec.containers.volumeMounts', 'merge', 'mountPath'],
  ['v1', 'Pod', 'spec.containers.volumeDevices', 'merge', 'devicePath'],
  ['v1', 'Pod', 'spec.volumes', 'merge,retainKeys', 'name'],
  ['v1', 'Pod', 'spec.volumes.projected.sources', '', ''],
  ['v1', 'Pod', 'spec.resourceClaims', 'merge,retainKeys', 'name'],
  ['v1', 'Pod', 'spec.schedulingGates', 'merge', 'name'],
  ['v1', 'Pod', 'spec.imagePullSecrets', 'merge', 'name'],
  ['v1', 'ServiceAccount', 'imagePullSecrets', '', ''], // the appendix says name, the Go type (v0.36.3) has no strategy
  ['v1', 'ServiceAccount', 'secrets', 'merge', 'name'],
  ['v1', 'Pod', 'spec.hostAliases', 'merge', 'ip'],
  ['v1', 'Pod', 'spec.topologySpreadConstraints', 'merge', 'topologyKey'],
  ['v1', 'Pod', 'spec.tolerations', '', ''],
  ['v1', 'Pod', 'spec.readinessGates', '', ''],
  ['v1', 'Service', 'spec.ports', 'merge', 'port'],
  ['apps/v1', 'Deployment', 'spec.strategy', 'retainKeys', ''],
  ['apps/v1', 'Deployment', 'status.conditions', 'merge', 'type'],
  ['batch/v1', 'Job', 'status.conditions', 'merge', 'type'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'status.conditions', 'merge', 'type'],
  ['v1', 'Node', 'status.addresses', 'merge', 'type'],
  ['v1', 'Node', 'spec.podCIDRs', 'merge', ''],
  ['v1', 'Pod', 'status.podIPs', 'merge', 'ip'],
  ['v1', 'Pod', 'status.hostIPs', 'merge', 'ip'],
  ['v1', 'Pod', 'metadata.ownerReferences', 'merge', 'uid'],
  ['v1', 'Pod', 'metadata.finalizers', 'merge', ''],
  ['policy/v1', 'PodDisruptionBudget', 'spec.selector', 'replace', ''],
  ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'webhooks', 'merge', 'name'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'spec.variables', 'merge', 'name'],
  ['rbac.authorization.k8s.io/v1', 'Role', 'rules', '', ''],
  ['networking.k8s.io/v1', 'Ingress', 'spec.tls', '', ''],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'spec.versions', '', ''],
])('%s %s %s is patched by strategy %s and key %s', (apiVersion, kind, path, strategies, key) => {
  const { patch } = field(apiVersion, kind, path);
  expect([patch?.strategies.join(',') ?? '', patch?.mergeKey ?? '']).toEqual([strategies, key]);
});

test('a default completes a key', () => {
  expect(field('v1', 'Pod', 'spec.containers.ports.protocol').default).toBe('TCP');
  expect(field('v1', 'Pod', 'spec.containers.name').default).toBe('');
});

describe('what Go starts from', () => {
  // kube-api §3.10, "Empty values"
  test.each([
    [
      'apps/v1',
      'Deployment',
      { spec: { selector: null, template: { metadata: {}, spec: { containers: null } }, strategy: {} }, status: {} },
    ],
    ['v1', 'Service', { spec: {}, status: { loadBalancer: {} } }],
    ['rbac.authorization.k8s.io/v1', 'Role', { rules: null }],
    ['v1', 'ConfigMap', {}],
    [
      'policy/v1',
      'PodDisruptionBudget',
      { spec: {}, status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 } },
    ],
  ])('%s %s', (apiVersion, kind, want) => {
    expect(emptyObjectOf(gvk(apiVersion, kind))).toEqual({ metadata: {}, ...want });
  });
});

test('every type of the table can be read', () => {
  const seen = new Set<Schema>();
  const visit = (schema: Schema | undefined): void => {
    if (schema === undefined || seen.has(schema)) return;
    seen.add(schema);
    visit(schema.list?.items);
    visit(schema.map?.values);
    for (const { schema: below } of schema.map?.fields.values() ?? []) visit(below);
  };
  for (const resource of builtinResources()) {
    const schema = schemaOf(resource);
    expect(schema).toBeDefined();
    visit(schema);
    for (const { kind } of resource.subresources) if (kind !== undefined) expect(schemaOf(kind)).toBeDefined();
  }
  expect(seen.size).toBeGreaterThan(500);
});

test('a kind that is not built in has no schema', () => {
  expect(schemaOf(gvk('apps/v1beta1', 'Deployment'))).toBeUndefined();
  expect(emptyObjectOf(gvk('example.org/v1', 'Widget'))).toBeUndefined();
});

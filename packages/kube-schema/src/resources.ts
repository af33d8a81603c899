import type { GroupVersionKind } from './schema.ts';

export interface BuiltinSubresource {
  /** `status`, `scale`, `token`, `finalize`, `eviction`. */
  readonly name: string;
  readonly verbs: readonly string[];
  /** The kind of the body, where it is not the resource's own. */
  readonly kind?: GroupVersionKind;
}

export interface BuiltinResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly BuiltinSubresource[];
}

/** Every built-in resource in discovery order: groups by priority, preferred version first, resources by name. */
export function builtinResources(): readonly BuiltinResource[] {
  return (resources ??= groups.flatMap(({ apiVersion, rows }) => readGroup(apiVersion, rows)));
}

let resources: readonly BuiltinResource[] | undefined;

// Scope, plural and kind, then what there is of short names, categories and subresources.
type Row = readonly ['N' | 'C', string, string, { short?: string; in?: string; sub?: string; verbs?: string }?];

const groups: readonly { readonly apiVersion: string; readonly rows: readonly Row[] }[] = [
  {
    apiVersion: 'v1',
    rows: [
      ['N', 'configmaps', 'ConfigMap', { short: 'cm' }],
      ['N', 'endpoints', 'Endpoints', { short: 'ep' }],
      ['N', 'events', 'Event', { short: 'ev' }],
      ['N', 'limitranges', 'LimitRange', { short: 'limits' }],
      ['C', 'namespaces', 'Namespace', { short: 'ns', sub: 'finalize status', verbs: 'namespace' }],
      ['C', 'nodes', 'Node', { short: 'no', sub: 'status' }],
      ['N', 'persistentvolumeclaims', 'PersistentVolumeClaim', { short: 'pvc', sub: 'status' }],
      ['C', 'persistentvolumes', 'PersistentVolume', { short: 'pv', sub: 'status' }],
      ['N', 'pods', 'Pod', { short: 'po', in: 'all', sub: 'eviction status' }],
      ['N', 'podtemplates', 'PodTemplate'],
      ['N', 'replicationcontrollers', 'ReplicationController', { short: 'rc', in: 'all', sub: 'scale status' }],
      ['N', 'resourcequotas', 'ResourceQuota', { short: 'quota', sub: 'status' }],
      ['N', 'secrets', 'Secret'],
      ['N', 'serviceaccounts', 'ServiceAccount', { short: 'sa', sub: 'token' }],
      ['N', 'services', 'Service', { short: 'svc', in: 'all', sub: 'status' }],
    ],
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    rows: [['C', 'apiservices', 'APIService', { in: 'api-extensions', sub: 'status' }]],
  },
  {
    apiVersion: 'apps/v1',
    rows: [
      ['N', 'controllerrevisions', 'ControllerRevision'],
      ['N', 'daemonsets', 'DaemonSet', { short: 'ds', in: 'all', sub: 'status' }],
      ['N', 'deployments', 'Deployment', { short: 'deploy', in: 'all', sub: 'scale status' }],
      ['N', 'replicasets', 'ReplicaSet', { short: 'rs', in: 'all', sub: 'scale status' }],
      ['N', 'statefulsets', 'StatefulSet', { short: 'sts', in: 'all', sub: 'scale status' }],
    ],
  },
  { apiVersion: 'events.k8s.io/v1', rows: [['N', 'events', 'Event', { short: 'ev' }]] },
  {
    apiVersion: 'authentication.k8s.io/v1',
    rows: [
      ['C', 'selfsubjectreviews', 'SelfSubjectReview', { verbs: 'create' }],
      ['C', 'tokenreviews', 'TokenReview', { verbs: 'create' }],
    ],
  },
  {
    apiVersion: 'authorization.k8s.io/v1',
    rows: [
      ['N', 'localsubjectaccessreviews', 'LocalSubjectAccessReview', { verbs: 'create' }],
      ['C', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', { verbs: 'create' }],
      ['C', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', { verbs: 'create' }],
      ['C', 'subjectaccessreviews', 'SubjectAccessReview', { verbs: 'create' }],
    ],
  },
  {
    apiVersion: 'autoscaling/v2',
    rows: [['N', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', { short: 'hpa', in: 'all', sub: 'status' }]],
  },
  {
    apiVersion: 'autoscaling/v1',
    rows: [['N', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', { short: 'hpa', in: 'all', sub: 'status' }]],
  },
  {
    apiVersion: 'batch/v1',
    rows: [
      ['N', 'cronjobs', 'CronJob', { short: 'cj', in: 'all', sub: 'status' }],
      ['N', 'jobs', 'Job', { in: 'all', sub: 'status' }],
    ],
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    rows: [
      ['C', 'ingressclasses', 'IngressClass'],
      ['N', 'ingresses', 'Ingress', { short: 'ing', sub: 'status' }],
      ['C', 'ipaddresses', 'IPAddress', { short: 'ip' }],
      ['N', 'networkpolicies', 'NetworkPolicy', { short: 'netpol' }],
      ['C', 'servicecidrs', 'ServiceCIDR', { sub: 'status' }],
    ],
  },
  {
    apiVersion: 'policy/v1',
    rows: [['N', 'poddisruptionbudgets', 'PodDisruptionBudget', { short: 'pdb', sub: 'status' }]],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    rows: [
      ['C', 'clusterrolebindings', 'ClusterRoleBinding'],
      ['C', 'clusterroles', 'ClusterRole'],
      ['N', 'rolebindings', 'RoleBinding'],
      ['N', 'roles', 'Role'],
    ],
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    rows: [
      ['C', 'csidrivers', 'CSIDriver'],
      ['C', 'csinodes', 'CSINode'],
      ['N', 'csistoragecapacities', 'CSIStorageCapacity'],
      ['C', 'storageclasses', 'StorageClass', { short: 'sc' }],
      ['C', 'volumeattachments', 'VolumeAttachment', { sub: 'status' }],
    ],
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    rows: [
      ['C', 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', { in: 'api-extensions' }],
      ['C', 'validatingadmissionpolicies', 'ValidatingAdmissionPolicy', { in: 'api-extensions', sub: 'status' }],
      ['C', 'validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', { in: 'api-extensions' }],
      ['C', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', { in: 'api-extensions' }],
    ],
  },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    rows: [
      [
        'C',
        'customresourcedefinitions',
        'CustomResourceDefinition',
        { short: 'crd crds', in: 'api-extensions', sub: 'status' },
      ],
    ],
  },
  { apiVersion: 'scheduling.k8s.io/v1', rows: [['C', 'priorityclasses', 'PriorityClass', { short: 'pc' }]] },
  { apiVersion: 'coordination.k8s.io/v1', rows: [['N', 'leases', 'Lease']] },
  { apiVersion: 'node.k8s.io/v1', rows: [['C', 'runtimeclasses', 'RuntimeClass']] },
  { apiVersion: 'discovery.k8s.io/v1', rows: [['N', 'endpointslices', 'EndpointSlice']] },
];

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** A namespace goes through finalization, so a collection of them is not deleted at once. */
const verbSets: Readonly<Record<string, readonly string[]>> = {
  create: ['create'],
  namespace: allVerbs.filter((verb) => verb !== 'deletecollection'),
};

const subresources: Readonly<Record<string, BuiltinSubresource>> = {
  status: { name: 'status', verbs: ['get', 'patch', 'update'] },
  scale: {
    name: 'scale',
    verbs: ['get', 'patch', 'update'],
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  },
  finalize: { name: 'finalize', verbs: ['update'] },
  token: {
    name: 'token',
    verbs: ['create'],
    kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
  },
  eviction: { name: 'eviction', verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' } },
};

function readGroup(apiVersion: string, rows: readonly Row[]): BuiltinResource[] {
  const slash = apiVersion.indexOf('/');
  const group = apiVersion.slice(0, Math.max(slash, 0));
  const version = apiVersion.slice(slash + 1);
  return rows.map(([scope, plural, kind, extra = {}]) => ({
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: words(extra.short),
    categories: words(extra.in),
    namespaced: scope === 'N',
    verbs: verbSets[extra.verbs ?? ''] ?? allVerbs,
    subresources: words(extra.sub).flatMap((name) => subresources[name] ?? []),
  }));
}

function words(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(' ');
}

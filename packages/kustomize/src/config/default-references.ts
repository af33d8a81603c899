import type { Gvk } from '../gvk.ts';
import type { FieldSpecEntry } from '../kustomization/types.ts';

/** Fields that hold the name of another object (engine §12) or text with vars in it (engine §13). */

export interface NameReferenceEntry extends Partial<Gvk> {
  readonly fieldSpecs?: readonly FieldSpecEntry[];
}

const workloads = ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'];

/** Where the pod spec of each kind is, for references to ConfigMaps and Secrets. */
const podSpecs: readonly FieldSpecEntry[] = [
  { version: 'v1', kind: 'Pod', path: 'spec' },
  { kind: 'PodTemplate', path: 'template/spec' },
  ...workloads.map((kind) => ({ kind, path: 'spec/template/spec' })),
  { kind: 'CronJob', path: 'spec/jobTemplate/spec/template/spec' },
];

/** The same for all other references: other kinds, for no reason one could tell. */
const podSpecsElsewhere: readonly FieldSpecEntry[] = [
  { kind: 'Pod', path: 'spec' },
  ...['StatefulSet', 'Deployment', 'ReplicationController', 'Job', 'DaemonSet'].map((kind) => ({
    kind,
    path: 'spec/template/spec',
  })),
  { kind: 'CronJob', path: 'spec/jobTemplate/spec/template/spec' },
];

function under(places: readonly FieldSpecEntry[], fields: readonly string[]): FieldSpecEntry[] {
  return places.flatMap((place) => fields.map((field) => ({ ...place, path: `${place.path}/${field}` })));
}

function annotations(kind: string, keys: readonly string[]): FieldSpecEntry[] {
  return keys.map((key) => ({ kind, path: `metadata/annotations/${key.replace('/', '\\/')}` }));
}

const scaleTargets: NameReferenceEntry[] = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(
  (kind) => ({
    kind,
    fieldSpecs: [{ kind: 'HorizontalPodAutoscaler', path: 'spec/scaleTargetRef/name' }],
  }),
);

const configMap: NameReferenceEntry = {
  version: 'v1',
  kind: 'ConfigMap',
  fieldSpecs: [
    ...under(podSpecs, [
      'volumes/configMap/name',
      'containers/env/valueFrom/configMapKeyRef/name',
      'initContainers/env/valueFrom/configMapKeyRef/name',
      'containers/envFrom/configMapRef/name',
      'initContainers/envFrom/configMapRef/name',
      'volumes/projected/sources/configMap/name',
    ]),
    { kind: 'Node', path: 'spec/configSource/configMap' },
    { kind: 'Role', path: 'rules/resourceNames' },
    { kind: 'ClusterRole', path: 'rules/resourceNames' },
    ...annotations('Ingress', ['nginx.ingress.kubernetes.io/fastcgi-params-configmap']),
  ],
};

const secret: NameReferenceEntry = {
  version: 'v1',
  kind: 'Secret',
  fieldSpecs: [
    ...under(podSpecs, [
      'volumes/secret/secretName',
      'containers/env/valueFrom/secretKeyRef/name',
      'initContainers/env/valueFrom/secretKeyRef/name',
      'containers/envFrom/secretRef/name',
      'initContainers/envFrom/secretRef/name',
      'imagePullSecrets/name',
      'volumes/projected/sources/secret/name',
    ]),
    { kind: 'Ingress', path: 'spec/tls/secretName' },
    ...annotations('Ingress', [
      'ingress.kubernetes.io/auth-secret',
      'nginx.ingress.kubernetes.io/auth-secret',
      'nginx.ingress.kubernetes.io/auth-tls-secret',
    ]),
    { kind: 'ServiceAccount', path: 'imagePullSecrets/name' },
    ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map((field) => ({
      kind: 'StorageClass',
      path: `parameters/${field}`,
    })),
    { kind: 'Role', path: 'rules/resourceNames' },
    { kind: 'ClusterRole', path: 'rules/resourceNames' },
    {
      group: 'serving.knative.dev',
      version: 'v1',
      kind: 'Service',
      path: 'spec/template/spec/containers/env/valueFrom/secretKeyRef/name',
    },
    { kind: 'PersistentVolume', path: 'spec/azureFile/secretName' },
  ],
};

const service: NameReferenceEntry = {
  version: 'v1',
  kind: 'Service',
  fieldSpecs: [
    { group: 'apps', kind: 'StatefulSet', path: 'spec/serviceName' },
    { kind: 'Ingress', path: 'spec/rules/http/paths/backend/serviceName' },
    { kind: 'Ingress', path: 'spec/backend/serviceName' },
    { kind: 'Ingress', path: 'spec/rules/http/paths/backend/service/name' },
    { kind: 'Ingress', path: 'spec/defaultBackend/service/name' },
    { group: 'apiregistration.k8s.io', kind: 'APIService', path: 'spec/service/name' },
    ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map((kind) => ({
      group: 'admissionregistration.k8s.io',
      kind,
      path: 'webhooks/clientConfig/service',
    })),
  ],
};

const rbac = 'rbac.authorization.k8s.io';

const role: NameReferenceEntry = {
  group: rbac,
  kind: 'Role',
  fieldSpecs: [{ group: rbac, kind: 'RoleBinding', path: 'roleRef/name' }],
};

const clusterRole: NameReferenceEntry = {
  group: rbac,
  kind: 'ClusterRole',
  fieldSpecs: [
    { group: rbac, kind: 'RoleBinding', path: 'roleRef/name' },
    { group: rbac, kind: 'ClusterRoleBinding', path: 'roleRef/name' },
  ],
};

const serviceAccount: NameReferenceEntry = {
  version: 'v1',
  kind: 'ServiceAccount',
  fieldSpecs: [
    { group: rbac, kind: 'RoleBinding', path: 'subjects' },
    { group: rbac, kind: 'ClusterRoleBinding', path: 'subjects' },
    ...under(podSpecsElsewhere, ['serviceAccountName']),
  ],
};

const persistentVolumeClaim: NameReferenceEntry = {
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  fieldSpecs: under(podSpecsElsewhere, ['volumes/persistentVolumeClaim/claimName']),
};

const persistentVolume: NameReferenceEntry = {
  version: 'v1',
  kind: 'PersistentVolume',
  fieldSpecs: [
    { kind: 'PersistentVolumeClaim', path: 'spec/volumeName' },
    { kind: 'ClusterRole', path: 'rules/resourceNames' },
  ],
};

const storageClass: NameReferenceEntry = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  fieldSpecs: [
    { kind: 'PersistentVolume', path: 'spec/storageClassName' },
    { kind: 'PersistentVolumeClaim', path: 'spec/storageClassName' },
    { kind: 'StatefulSet', path: 'spec/volumeClaimTemplates/spec/storageClassName' },
  ],
};

const priorityClass: NameReferenceEntry = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  fieldSpecs: under(podSpecsElsewhere, ['priorityClassName']),
};

const validatingAdmissionPolicy: NameReferenceEntry = {
  group: 'admissionregistration.k8s.io',
  kind: 'ValidatingAdmissionPolicy',
  fieldSpecs: [
    { group: 'admissionregistration.k8s.io', kind: 'ValidatingAdmissionPolicyBinding', path: 'spec/policyName' },
  ],
};

const ingressClass: NameReferenceEntry = {
  group: 'networking.k8s.io/v1', // as upstream has it: matches nothing
  version: 'v1',
  kind: 'IngressClass',
  fieldSpecs: [{ kind: 'Ingress', path: 'spec/ingressClassName' }],
};

export const defaultNameReferences: readonly NameReferenceEntry[] = [
  ...scaleTargets,
  configMap,
  secret,
  service,
  role,
  clusterRole,
  serviceAccount,
  persistentVolumeClaim,
  persistentVolume,
  storageClass,
  priorityClass,
  ingressClass,
  validatingAdmissionPolicy,
];

const containerTexts = ['containers', 'initContainers'].flatMap((list) => [
  `${list}/args`,
  `${list}/command`,
  `${list}/env/value`,
  `${list}/volumeMounts/mountPath`,
]);

export const defaultVarReferences: readonly FieldSpecEntry[] = [
  ...under([{ kind: 'Pod', path: 'spec' }], [...containerTexts, 'volumes/nfs/server']),
  ...under(
    ['Deployment', 'ReplicaSet', 'DaemonSet', 'Job'].map((kind) => ({ kind, path: 'spec/template/spec' })),
    [...containerTexts, 'volumes/nfs/server'],
  ),
  ...under([{ kind: 'StatefulSet', path: 'spec/template/spec' }], containerTexts),
  { kind: 'StatefulSet', path: 'spec/volumeClaimTemplates/spec/nfs/server' },
  ...under([{ kind: 'CronJob', path: 'spec/jobTemplate/spec/template/spec' }], containerTexts),
  { kind: 'CronJob', path: 'spec/jobTemplate/spec/template/volumes/nfs/server' },
  { kind: 'Deployment', path: 'spec/template/metadata/annotations' },
  { kind: 'Ingress', path: 'spec/rules/host' },
  { kind: 'Ingress', path: 'spec/tls/hosts' },
  { kind: 'Ingress', path: 'spec/tls/secretName' },
  { kind: 'Service', path: 'spec/ports/port' },
  { kind: 'Service', path: 'spec/ports/targetPort' },
  { kind: 'PersistentVolume', path: 'spec/nfs/server' },
  { path: 'metadata/labels' },
  { path: 'metadata/annotations' },
];

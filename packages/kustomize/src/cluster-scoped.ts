import type { Gvk } from './gvk.ts';

/** Answers whether a kind is certainly cluster-scoped. A custom OpenAPI schema adds kinds (engine §14.3). */
export type ScopeOf = (gvk: Gvk) => boolean;

/** The kinds that kustomize 5.8.1 knows to have no namespace (engine §6.2). All others are taken to have one. */
export function isBuiltinClusterScoped({ group, version, kind }: Gvk): boolean {
  return kinds[group]?.[version]?.has(kind) ?? false;
}

const core = new Set(['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus', 'NodeProxyOptions']);
const admission = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);
const extensions = new Set(['CustomResourceDefinition']);
const registration = new Set(['APIService']);
const certificates = new Set(['CertificateSigningRequest']);
const flowControl = new Set(['FlowSchema', 'PriorityLevelConfiguration']);
const networking = new Set(['IngressClass']);
const node = new Set(['RuntimeClass']);
const policy = new Set(['PodSecurityPolicy']);
const rbac = new Set(['ClusterRole', 'ClusterRoleBinding']);
const scheduling = new Set(['PriorityClass']);
const storage = new Set(['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment']);

/** Group → version → kinds. */
const kinds: Partial<Record<string, Partial<Record<string, ReadonlySet<string>>>>> = {
  '': { v1: core },
  'admissionregistration.k8s.io': { v1: admission, v1beta1: admission },
  'apiextensions.k8s.io': { v1: extensions, v1beta1: extensions },
  'apiregistration.k8s.io': { v1: registration, v1beta1: registration },
  'certificates.k8s.io': { v1: certificates, v1beta1: certificates },
  'flowcontrol.apiserver.k8s.io': { v1beta1: flowControl },
  'networking.k8s.io': { v1: networking, v1beta1: networking },
  'node.k8s.io': { v1: node, v1beta1: node },
  policy: { v1beta1: policy },
  'rbac.authorization.k8s.io': { v1: rbac, v1beta1: rbac },
  'scheduling.k8s.io': { v1: scheduling, v1beta1: scheduling },
  'storage.k8s.io': { v1: storage, v1beta1: storage },
};

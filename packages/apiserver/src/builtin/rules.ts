import type { BuiltinResource } from '@sluice/kube-schema';
import { configMapRules, secretRules } from './config-rules.ts';
import { crdRules } from './crd.ts';
import { eventRules, eventsV1Rules } from './event-rules.ts';
import { recordAt } from './fill.ts';
import { ingressRules } from './ingress-rules.ts';
import {
  defaultAdmissionBinding,
  defaultAdmissionPolicy,
  defaultApiService,
  defaultAutoscaler,
  defaultAutoscalerV1,
  defaultBinding,
  defaultClaim,
  defaultCsiDriver,
  defaultEndpoints,
  defaultEndpointSlice,
  defaultIngressClass,
  defaultLimitRange,
  defaultNetworkPolicy,
  defaultPriorityClass,
  defaultStorageClass,
  defaultVolumeObject,
  defaultWebhooks,
} from './misc-defaults.ts';
import { namespaceRules } from './namespace.ts';
import { defaultPodSpec, defaultPodTemplate } from './pod-defaults.ts';
import { defaultService } from './service-rules.ts';
import type { KindRules } from './strategy.ts';
import * as misc from './validate-misc.ts';
import * as pod from './validate-pod.ts';
import * as workload from './validate-workload.ts';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
  selectOwnPods,
} from './workload-defaults.ts';

const podFields = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.podIPs',
  'status.nominatedNodeName',
];

/** What is special about a kind, by `group/plural`, or `group/version/plural` where versions differ. */
const rules: Readonly<Record<string, KindRules>> = {
  '/configmaps': configMapRules,
  '/endpoints': { createsOnUpdate: true, defaults: defaultEndpoints },
  '/events': eventRules,
  '/limitranges': { createsOnUpdate: true, defaults: defaultLimitRange },
  '/namespaces': namespaceRules,
  '/nodes': { selectableFields: ['spec.unschedulable'] },
  '/persistentvolumeclaims': {
    defaults: defaultClaim,
    prepareForCreate: (object) => (object.status = { phase: 'Pending' }),
    returnsDeleted: true,
    validate: misc.validateClaim,
    validateUpdate: misc.validateClaimUpdate,
  },
  '/persistentvolumes': {
    defaults: defaultVolumeObject,
    prepareForCreate: (object, { now }) => {
      const lastPhaseTransitionTime = `${now.toISOString().slice(0, 19)}Z`;
      object.status = { phase: 'Pending', lastPhaseTransitionTime };
    },
    returnsDeleted: true,
    validateUpdate: misc.validateVolumeUpdate,
  },
  '/pods': {
    defaults: (object) => {
      const spec = recordAt(object, 'spec');
      if (spec !== undefined) defaultPodSpec(spec, true);
    },
    prepareForCreate: (object) => (object.status = { phase: 'Pending', qosClass: pod.qosClass(object) }),
    generation: 'spec',
    returnsDeleted: true,
    selectableFields: podFields,
    validate: pod.validatePod,
    validateUpdate: pod.validatePodUpdate,
  },
  '/podtemplates': { defaults: defaultPodTemplate, generation: 'content', returnsDeleted: true },
  '/replicationcontrollers': {
    defaults: defaultReplicationController,
    generation: 'spec',
    selectableFields: ['status.replicas'],
  },
  '/resourcequotas': { returnsDeleted: true },
  '/secrets': secretRules,
  '/serviceaccounts': { returnsDeleted: true },
  '/services': {
    defaults: defaultService,
    names: 'label',
    createsOnUpdate: true,
    returnsDeleted: true,
    selectableFields: ['spec.clusterIP', 'spec.type'],
    validate: misc.validateService,
    validateUpdate: misc.validateServiceUpdate,
  },
  'apps/daemonsets': {
    defaults: defaultDaemonSet,
    generation: 'spec',
    validate: workload.validateDaemonSet,
    validateUpdate: workload.validateSelectorUpdate,
  },
  'apps/deployments': {
    defaults: defaultDeployment,
    generation: 'specAndAnnotations',
    validate: workload.validateDeployment,
    validateUpdate: workload.validateSelectorUpdate,
  },
  'apps/replicasets': {
    defaults: defaultReplicaSet,
    generation: 'spec',
    validate: workload.validateReplicaSet,
    validateUpdate: workload.validateSelectorUpdate,
  },
  'apps/statefulsets': {
    defaults: defaultStatefulSet,
    generation: 'spec',
    validate: workload.validateStatefulSet,
    validateUpdate: workload.validateStatefulSetUpdate,
  },
  'autoscaling/v1/horizontalpodautoscalers': { defaults: defaultAutoscalerV1, ...misc.autoscalerV1Conversion },
  'autoscaling/v2/horizontalpodautoscalers': {
    defaults: defaultAutoscaler,
    versions: ['v2', 'v1'],
    validate: misc.validateAutoscaler,
  },
  'batch/cronjobs': { defaults: defaultCronJob, generation: 'spec', validate: workload.validateCronJob },
  'batch/jobs': {
    defaults: defaultJob,
    prepareForCreate: selectOwnPods,
    generation: 'spec',
    selectableFields: ['status.successful'],
    validate: workload.validateJob,
    validateUpdate: workload.validateJobUpdate,
  },
  'networking.k8s.io/ingresses': ingressRules(),
  'networking.k8s.io/networkpolicies': { defaults: defaultNetworkPolicy, generation: 'spec' },
  'networking.k8s.io/ingressclasses': {
    defaults: defaultIngressClass,
    generation: 'spec',
    validateUpdate: misc.immutableFields('spec.controller'),
  },
  'policy/poddisruptionbudgets': {
    generation: 'spec',
    conditionalUpdates: true,
    validate: misc.validateDisruptionBudget,
  },
  'rbac.authorization.k8s.io/roles': { names: 'path', createsOnUpdate: true },
  'rbac.authorization.k8s.io/clusterroles': { names: 'path', createsOnUpdate: true },
  'rbac.authorization.k8s.io/rolebindings': bindingRules(),
  'rbac.authorization.k8s.io/clusterrolebindings': bindingRules(),
  'coordination.k8s.io/leases': { conditionalUpdates: true, createsOnUpdate: true, validate: misc.validateLease },
  'discovery.k8s.io/endpointslices': { defaults: defaultEndpointSlice, generation: 'content' },
  'events.k8s.io/events': eventsV1Rules,
  'storage.k8s.io/storageclasses': {
    defaults: defaultStorageClass,
    validateUpdate: misc.immutableFields('provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'),
  },
  'storage.k8s.io/csidrivers': { defaults: defaultCsiDriver },
  'scheduling.k8s.io/priorityclasses': {
    defaults: defaultPriorityClass,
    generation: 'content',
    validateUpdate: misc.validatePriorityClassUpdate,
  },
  'apiextensions.k8s.io/customresourcedefinitions': crdRules,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhookRules(),
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhookRules(),
  'admissionregistration.k8s.io/validatingadmissionpolicies': {
    defaults: defaultAdmissionPolicy,
    generation: 'spec',
    conditionalUpdates: true,
  },
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': {
    defaults: defaultAdmissionBinding,
    generation: 'spec',
    conditionalUpdates: true,
  },
  'apiregistration.k8s.io/apiservices': { defaults: defaultApiService, names: 'path', conditionalUpdates: true },
};

export function rulesOf({ group, version, plural }: BuiltinResource): KindRules {
  return rules[`${group}/${version}/${plural}`] ?? rules[`${group}/${plural}`] ?? {};
}

function bindingRules(): KindRules {
  return {
    defaults: defaultBinding,
    names: 'path',
    createsOnUpdate: true,
    validateUpdate: misc.validateBindingUpdate,
  };
}

function webhookRules(): KindRules {
  return { defaults: defaultWebhooks, generation: 'content', conditionalUpdates: true };
}

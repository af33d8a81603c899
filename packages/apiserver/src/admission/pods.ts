import type { AdmissionPlugin } from '../core.ts';
import { forbidden } from '../errors.ts';
import { isRecord, listOf, stringOf } from '../json.ts';
import { storeKey } from '../store/store.ts';

/** Pods run as a ServiceAccount that exists. */
export const podServiceAccount: AdmissionPlugin = (core, { operation, resource, namespace, name, object }) => {
  if (operation !== 'create' || resource.storageKey !== '/pods' || !isRecord(object?.spec)) return;
  const { spec } = object;
  if (stringOf(spec.serviceAccountName) === '') spec.serviceAccountName = 'default';
  spec.serviceAccount = spec.serviceAccountName;
  const account = stringOf(spec.serviceAccountName);
  if (core.store.collection('/serviceaccounts').get(storeKey(namespace, account)) !== undefined) return;
  const missing = `serviceaccount "${account}" not found`;
  throw forbidden(resource, name, `error looking up service account ${namespace}/${account}: ${missing}`);
};

/** Pods have the priority of their class, or that of the default class. */
export const podPriority: AdmissionPlugin = (core, { operation, resource, name, object }) => {
  if (operation !== 'create' || resource.storageKey !== '/pods' || !isRecord(object?.spec)) return;
  const { spec } = object;
  const classes = [...core.store.collection('scheduling.k8s.io/priorityclasses').values()];
  const given = stringOf(spec.priorityClassName);
  const found = classes.find((c) => (given === '' ? c.globalDefault === true : c.metadata.name === given));
  if (given !== '' && found === undefined && !given.startsWith('system-')) {
    throw forbidden(resource, name, `no PriorityClass with name ${given} was found`);
  }
  if (found !== undefined) spec.priorityClassName = found.metadata.name;
  spec.priority = found?.value ?? (given === 'system-cluster-critical' ? 2000000000 : given === '' ? 0 : 2000001000);
  spec.preemptionPolicy ??= found?.preemptionPolicy ?? 'PreemptLowerPriority';
};

/** Pods stay for five minutes on a node that is not ready or cannot be reached. */
export const podTolerations: AdmissionPlugin = (_core, { operation, resource, object }) => {
  if (operation !== 'create' || resource.storageKey !== '/pods' || !isRecord(object?.spec)) return;
  const { spec } = object;
  const tolerations = listOf(spec.tolerations);
  const missing = ['not-ready', 'unreachable']
    .map((state) => `node.kubernetes.io/${state}`)
    .filter((key) => !tolerations.some((t) => isRecord(t) && (t.key === key || t.key === undefined)));
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  if (added.length > 0) spec.tolerations = [...tolerations, ...added];
};

import type { AdmissionPlugin } from '../core.ts';
import { isRecord, listOf } from '../json.ts';

const defaultClassAnnotation = 'storageclass.kubernetes.io/is-default-class';
const defaultIngressAnnotation = 'ingressclass.kubernetes.io/is-default-class';

/** Claims that name no class get the default one. */
export const defaultStorageClass: AdmissionPlugin = (core, { operation, resource, object }) => {
  if (operation !== 'create' || resource.storageKey !== '/persistentvolumeclaims' || !isRecord(object?.spec)) return;
  if (object.spec.storageClassName !== undefined) return;
  const classes = [...core.store.collection('storage.k8s.io/storageclasses').values()];
  const found = classes.find(({ metadata }) => metadata.annotations?.[defaultClassAnnotation] === 'true');
  if (found !== undefined) object.spec.storageClassName = found.metadata.name;
};

/** Ingresses that name no class get the default one. */
export const defaultIngressClass: AdmissionPlugin = (core, { operation, resource, object }) => {
  if (operation !== 'create' || resource.storageKey !== 'networking.k8s.io/ingresses' || !isRecord(object?.spec))
    return;
  if (object.spec.ingressClassName !== undefined) return;
  const classes = [...core.store.collection('networking.k8s.io/ingressclasses').values()];
  const found = classes.find(({ metadata }) => metadata.annotations?.[defaultIngressAnnotation] === 'true');
  if (found !== undefined) object.spec.ingressClassName = found.metadata.name;
};

const protections: Readonly<Record<string, string>> = {
  '/persistentvolumeclaims': 'kubernetes.io/pvc-protection',
  '/persistentvolumes': 'kubernetes.io/pv-protection',
};

/** Claims and volumes stay as long as they are used. */
export const storageProtection: AdmissionPlugin = (_core, { operation, resource, object }) => {
  const finalizer = protections[resource.storageKey];
  if (operation !== 'create' || finalizer === undefined || object === undefined) return;
  const finalizers = listOf(object.metadata.finalizers);
  if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
};

import type { AdmissionPlugin } from '../core.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { podPriority, podServiceAccount, podTolerations } from './pods.ts';
import { serviceAllocation } from './services.ts';
import { defaultIngressClass, defaultStorageClass, storageProtection } from './storage.ts';

/** What every write passes, in this order. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  podServiceAccount,
  podPriority,
  podTolerations,
  defaultStorageClass,
  storageProtection,
  defaultIngressClass,
  serviceAllocation,
];

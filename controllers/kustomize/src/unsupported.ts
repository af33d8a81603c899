import type { Kustomization } from '@sluice/api';
import { configurationError, Stop } from './stop.ts';

const decryptionGate =
  'to use spec.decryption.serviceAccountName for decryption authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller';

/**
 * Refuses what this version cannot do, rather than doing something else in silence.
 * @throws Stop
 */
export function refuseUnsupported({ spec }: Kustomization): void {
  if (spec.decryption?.serviceAccountName !== undefined) {
    throw new Stop('FeatureGateDisabled', decryptionGate, { retry: { observed: false } });
  }
  if (spec.decryption !== undefined) throw notSupported('BuildFailed', 'spec.decryption');
  if (spec.kubeConfig !== undefined) throw notSupported('ReconciliationFailed', 'spec.kubeConfig');
}

function notSupported(reason: string, field: string): Stop {
  return configurationError(reason, `${field} is not supported by this version`);
}

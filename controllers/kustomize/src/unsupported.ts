import type { Kustomization } from '@sluice/api';
import { Stop } from './stop.ts';

const decryptionGate =
  'to use spec.decryption.serviceAccountName for decryption authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller';

/**
 * Refuses what this version cannot do, rather than doing something else in silence.
 * @throws Stop
 */
export function refuseUnsupported({ spec }: Kustomization): void {
  const readyExpr = spec.dependsOn?.find((dependency) => dependency.readyExpr !== undefined);
  if ((spec.healthCheckExprs ?? []).length > 0) throw notSupported('InvalidCELExpression', 'spec.healthCheckExprs');
  if (readyExpr !== undefined) throw notSupported('InvalidCELExpression', 'spec.dependsOn[].readyExpr');
  if (spec.decryption?.serviceAccountName !== undefined) {
    throw new Stop('FeatureGateDisabled', decryptionGate, { retry: { observed: false } });
  }
  if (spec.decryption !== undefined) throw notSupported('BuildFailed', 'spec.decryption');
  if (spec.kubeConfig !== undefined) throw notSupported('ReconciliationFailed', 'spec.kubeConfig');
}

function notSupported(reason: string, field: string): Stop {
  const message = `Reconciliation failed terminally due to configuration error: ${field} is not supported by this version`;
  return new Stop(reason, message, { retry: { observed: true } });
}

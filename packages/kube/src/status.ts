import { isRecord } from '@sluice/api';
import { KubeError, type KubeErrorDetails } from './client.ts';

/** The error that a Status body tells of. @param code the HTTP status, used when the body has none */
export function statusError(code: number, body: unknown, retryAfterSeconds?: number): KubeError {
  const status = isRecord(body) && body['kind'] === 'Status' ? body : {};
  const raw = isRecord(status['details']) ? status['details'] : {};
  const causes = Array.isArray(raw['causes']) ? (raw['causes'] as KubeErrorDetails['causes']) : undefined;
  const after =
    retryAfterSeconds ?? (typeof raw['retryAfterSeconds'] === 'number' ? raw['retryAfterSeconds'] : undefined);
  const details = { ...(after !== undefined && { retryAfterSeconds: after }), ...(causes !== undefined && { causes }) };
  const message = typeof status['message'] === 'string' ? status['message'] : `the server answered with status ${code}`;
  const ownCode = typeof status['code'] === 'number' ? status['code'] : code;
  return new KubeError(ownCode, typeof status['reason'] === 'string' ? status['reason'] : '', message, details);
}

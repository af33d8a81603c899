import { isCertificate, isKeyPair, type Tls } from '@sluice/egress';
import { AccessError } from './access-error.ts';

/**
 * Certificates of a Secret: the names of today, or else those of old.
 * @param name of the Secret, with its namespace, for messages
 * @throws AccessError
 */
export function parseTls(name: string, data: ReadonlyMap<string, string>): Tls {
  const ca = data.get('ca.crt') ?? data.get('caFile');
  const cert = data.get('tls.crt') ?? data.get('certFile');
  const key = data.get('tls.key') ?? data.get('keyFile');
  if (cert !== undefined && key === undefined) {
    throw new AccessError(`secret '${name}' contains 'tls.crt' but missing 'tls.key'`);
  }
  if (key !== undefined && cert === undefined) {
    throw new AccessError(`secret '${name}' contains 'tls.key' but missing 'tls.crt'`);
  }
  if (ca === undefined && cert === undefined) {
    throw new AccessError(`secret '${name}' must contain either 'ca.crt' or both 'tls.crt' and 'tls.key'`);
  }
  if (ca !== undefined && !isCertificate(ca)) throw new AccessError('failed to parse CA certificate');
  if (cert !== undefined && key !== undefined && !isKeyPair(cert, key)) {
    throw new AccessError('failed to parse TLS certificate and key: they are no PEM texts that belong together');
  }
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

import { X509Certificate, createPrivateKey } from 'node:crypto';

/** Whether a PEM text holds a certificate that can be read. */
export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** Whether two PEM texts are a certificate and its key. */
export function isKeyPair(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

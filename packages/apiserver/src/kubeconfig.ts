import type { KeyAndCertificate } from './tls/certificates.ts';

export interface KubeconfigParts {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
  readonly admin: KeyAndCertificate;
}

/** A kubeconfig for the administrator. The user has a client certificate and a token: any client can use one of them. */
export function buildKubeconfig({ url, caPem, token, admin }: KubeconfigParts): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return `apiVersion: v1
kind: Config
clusters:
- name: sluice-local
  cluster:
    server: ${url}
    certificate-authority-data: ${base64(caPem)}
users:
- name: kubernetes-admin
  user:
    client-certificate-data: ${base64(admin.certPem)}
    client-key-data: ${base64(admin.keyPem)}
    token: ${token}
contexts:
- name: sluice-local
  context:
    cluster: sluice-local
    user: kubernetes-admin
current-context: sluice-local
`;
}

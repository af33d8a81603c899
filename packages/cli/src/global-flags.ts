import type { Flags } from './command.ts';

/** Flags of every command that speaks to a cluster. @see cli.md §3 */
export const clusterFlags: Flags = {
  namespace: { type: 'string', short: 'n', value: 'NAME', help: 'namespace to work in (flux-system)' },
  'ns-follows-kube-context': {
    type: 'boolean',
    help: 'use the namespace of the kubeconfig context when --namespace is not given',
  },
  timeout: { type: 'string', value: 'DURATION', help: 'time limit of the whole command (5m0s)' },
  kubeconfig: { type: 'string', value: 'FILE', help: 'kubeconfig to use (KUBECONFIG, ~/.kube/config)' },
  context: { type: 'string', value: 'NAME', help: 'context of the kubeconfig' },
  cluster: { type: 'string', value: 'NAME', help: 'cluster of the kubeconfig' },
  user: { type: 'string', value: 'NAME', help: 'user of the kubeconfig' },
  server: { type: 'string', value: 'URL', help: 'address of the API server' },
  token: { type: 'string', value: 'TOKEN', help: 'bearer token' },
  as: { type: 'string', value: 'USER', help: 'user to impersonate' },
  'as-group': { type: 'string', multiple: true, value: 'GROUP', help: 'group to impersonate, may be repeated' },
  'certificate-authority': { type: 'string', value: 'FILE', help: 'certificate authority of the API server' },
  'client-certificate': { type: 'string', value: 'FILE', help: 'client certificate' },
  'client-key': { type: 'string', value: 'FILE', help: 'key of the client certificate' },
  'insecure-skip-tls-verify': { type: 'boolean', help: "do not check the API server's certificate" },
  'tls-server-name': { type: 'string', value: 'NAME', help: "name to expect in the API server's certificate" },
};

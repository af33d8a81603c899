// The one file that loads @kubernetes/client-node, and only for kubeconfigs whose credentials come from a program or an
// identity provider: importing it costs some 80 MiB and 0.6 s.
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { Connection } from './connection.ts';
import { KubeConfigError } from './config-error.ts';

/** The connection of a context whose user has an `exec` or `auth-provider` entry. Asks the plugin again before each request, which caches. */
export async function connectionWithPlugin(
  files: readonly string[],
  context: string,
  namespace: string,
): Promise<Connection> {
  const config = new KubeConfig();
  for (const file of files) config.mergeConfig(readOne(file), true);
  config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new KubeConfigError(`${files.join(', ')}: context '${context}' has no cluster`);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return {
    server: server.replace(/\/+$/, ''),
    ...(options.ca !== undefined && { ca: options.ca as string | Buffer }),
    ...(options.cert !== undefined && { cert: options.cert as string | Buffer }),
    ...(options.key !== undefined && { key: options.key as string | Buffer }),
    ...(options.rejectUnauthorized === false && { skipTlsVerify: true }),
    token: () => freshToken(config),
    namespace,
    context,
  };
}

function readOne(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}

/** A plugin may give a certificate instead of a token: then there is none. */
async function freshToken(config: KubeConfig): Promise<string> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers = options.headers as Readonly<Record<string, string>> | undefined;
  return (headers?.['Authorization'] ?? '').replace(/^Bearer /, '');
}

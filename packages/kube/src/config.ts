import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { KubeConfigError } from './config-error.ts';
import type { Connection } from './connection.ts';
import { parseKubeConfigText, type NamedContext, type RawCluster, type RawUser } from './kubeconfig-text.ts';

export interface ConnectionOptions {
  /** Wins over `KUBECONFIG` and `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Names of the kubeconfig's entries to use instead of those of the context. */
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  /** Address of the API server, which makes do without any kubeconfig. */
  readonly server?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const serviceAccountDir = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds the API server as kubectl does: the named file, `KUBECONFIG`, `~/.kube/config`, then the pod's service account.
 * @throws KubeConfigError when there is none or it cannot be used
 */
export async function loadConnection(options: ConnectionOptions = {}): Promise<Connection> {
  const env = options.env ?? process.env;
  const files = kubeconfigFiles(options.kubeconfig, env);
  const found = files.filter((file) => existsSync(file));
  if (found.length > 0) return addressed(await fromKubeconfig(found, options), options.server);
  if (options.kubeconfig !== undefined) throw new KubeConfigError(`kubeconfig ${options.kubeconfig} does not exist`);
  // Before the service account: its token is for its own cluster only.
  if (options.server !== undefined) return addressed({ server: '', namespace: 'default' }, options.server);
  const inCluster = tryInCluster(env);
  if (inCluster !== undefined) return inCluster;
  throw new KubeConfigError(
    `no Kubernetes cluster is configured: looked for ${files.join(', ')}; pass --kubeconfig FILE or set KUBECONFIG`,
  );
}

function addressed(connection: Connection, server: string | undefined): Connection {
  return server === undefined ? connection : { ...connection, server: withoutSlash(server) };
}

function withoutSlash(server: string): string {
  return server.replace(/\/+$/, '');
}

function kubeconfigFiles(named: string | undefined, env: Readonly<Record<string, string | undefined>>): string[] {
  if (named !== undefined) return [named];
  const fromEnv = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return fromEnv.length > 0 ? fromEnv : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
}

async function fromKubeconfig(files: readonly string[], options: ConnectionOptions): Promise<Connection> {
  // As kubectl merges several files: the first that says something wins.
  const configs = files.map((file) => ({ file, ...parseKubeConfigText(readFileSync(file, 'utf8'), file) }));
  const where = files.join(', ');
  const name = options.context ?? configs.find((config) => config.currentContext !== '')?.currentContext;
  if (name === undefined) throw new KubeConfigError(`${where}: no current-context is set; pass --context NAME`);
  const context = firstOf(configs, (config) => config.contexts.get(name));
  if (context === undefined) throw new KubeConfigError(`${where}: context '${name}' does not exist`);
  const clusterName = options.cluster ?? context.found.cluster;
  const cluster = firstOf(configs, (config) => config.clusters.get(clusterName));
  if (cluster === undefined) {
    throw new KubeConfigError(`${where}: cluster '${clusterName}' of context '${name}' does not exist`);
  }
  const userName = options.user ?? context.found.user;
  const user = firstOf(configs, (config) => config.users.get(userName));
  if (user?.found.needsPlugin === true) {
    const { connectionWithPlugin } = await import('./auth-plugin.ts');
    return connectionWithPlugin(files, name, namespaceOf(context.found));
  }
  return {
    ...clusterPart(cluster.found, cluster.file),
    ...(user !== undefined && userPart(user.found, user.file)),
    namespace: namespaceOf(context.found),
    namespaceIsSet: context.found.namespace !== '',
    context: name,
  };
}

function firstOf<C extends { readonly file: string }, T>(
  configs: readonly C[],
  pick: (config: C) => T | undefined,
): { readonly file: string; readonly found: T } | undefined {
  for (const config of configs) {
    const found = pick(config);
    if (found !== undefined) return { file: config.file, found };
  }
  return undefined;
}

function namespaceOf(context: NamedContext): string {
  return context.namespace === '' ? 'default' : context.namespace;
}

function clusterPart(
  cluster: RawCluster,
  file: string,
): Pick<Connection, 'server' | 'ca' | 'servername' | 'skipTlsVerify'> {
  const ca = material(cluster.caData, cluster.caFile, file);
  return {
    server: withoutSlash(cluster.server),
    ...(ca !== undefined && { ca }),
    ...(cluster.tlsServerName !== '' && { servername: cluster.tlsServerName }),
    ...(cluster.skipTlsVerify && { skipTlsVerify: true }),
  };
}

function userPart(user: RawUser, file: string): Pick<Connection, 'cert' | 'key' | 'token'> {
  const cert = material(user.certData, user.certFile, file);
  const key = material(user.keyData, user.keyFile, file);
  const tokenFile = user.tokenFile === '' ? undefined : beside(file, user.tokenFile);
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(user.token !== '' && { token: () => user.token }),
    ...(tokenFile !== undefined && { token: () => readFileSync(tokenFile, 'utf8').trim() }),
  };
}

/** Inline base64 wins over a file, whose path is relative to the kubeconfig. */
function material(data: string, path: string, kubeconfig: string): Buffer | undefined {
  if (data !== '') return Buffer.from(data, 'base64');
  if (path === '') return undefined;
  const file = beside(kubeconfig, path);
  if (!existsSync(file)) throw new KubeConfigError(`${kubeconfig} names ${file}, which does not exist`);
  return readFileSync(file);
}

function beside(kubeconfig: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(kubeconfig), path);
}

function tryInCluster(env: Readonly<Record<string, string | undefined>>): Connection | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const tokenFile = join(serviceAccountDir, 'token');
  if (host === undefined || !existsSync(tokenFile)) return undefined;
  const address = host.includes(':') ? `[${host}]` : host;
  return {
    server: `https://${address}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`,
    ca: readFileSync(join(serviceAccountDir, 'ca.crt')),
    token: () => readFileSync(tokenFile, 'utf8').trim(),
    namespace: readFileSync(join(serviceAccountDir, 'namespace'), 'utf8').trim(),
  };
}

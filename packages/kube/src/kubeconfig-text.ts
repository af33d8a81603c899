import { parseDocument, toData } from '@sluice/manifest';
import { KubeConfigError } from './config-error.ts';

export interface RawCluster {
  readonly server: string;
  readonly caData: string;
  readonly caFile: string;
  readonly tlsServerName: string;
  readonly skipTlsVerify: boolean;
}

export interface RawUser {
  readonly certData: string;
  readonly certFile: string;
  readonly keyData: string;
  readonly keyFile: string;
  readonly token: string;
  readonly tokenFile: string;
  /** Credentials come from a program or an identity provider. */
  readonly needsPlugin: boolean;
}

export interface NamedContext {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
}

export interface RawKubeConfig {
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, RawCluster>;
  readonly users: ReadonlyMap<string, RawUser>;
  readonly contexts: ReadonlyMap<string, NamedContext>;
}

/**
 * Reads a kubeconfig (kind `Config`, v1).
 * @param file its path, for messages
 * @throws KubeConfigError when it is no kubeconfig
 */
export function parseKubeConfigText(text: string, file: string): RawKubeConfig {
  const config = record(readYaml(text, file));
  const named = <T>(list: unknown, field: string, parse: (value: Fields) => T): ReadonlyMap<string, T> =>
    new Map(
      (Array.isArray(list) ? list : []).map(record).map((item) => [textOf(item, 'name'), parse(record(item[field]))]),
    );
  return {
    currentContext: textOf(config, 'current-context'),
    clusters: named(config['clusters'], 'cluster', parseCluster),
    users: named(config['users'], 'user', parseUser),
    contexts: named(config['contexts'], 'context', parseContext),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function readYaml(text: string, file: string): unknown {
  try {
    return toData(parseDocument(text, { setting: 'json', file }));
  } catch (cause) {
    throw new KubeConfigError(
      `kubeconfig ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function parseCluster(cluster: Fields): RawCluster {
  return {
    server: textOf(cluster, 'server'),
    caData: textOf(cluster, 'certificate-authority-data'),
    caFile: textOf(cluster, 'certificate-authority'),
    tlsServerName: textOf(cluster, 'tls-server-name'),
    skipTlsVerify: cluster['insecure-skip-tls-verify'] === true,
  };
}

function parseUser(user: Fields): RawUser {
  return {
    certData: textOf(user, 'client-certificate-data'),
    certFile: textOf(user, 'client-certificate'),
    keyData: textOf(user, 'client-key-data'),
    keyFile: textOf(user, 'client-key'),
    token: textOf(user, 'token'),
    tokenFile: textOf(user, 'tokenFile'),
    needsPlugin: user['exec'] !== undefined || user['auth-provider'] !== undefined,
  };
}

function parseContext(context: Fields): NamedContext {
  return {
    cluster: textOf(context, 'cluster'),
    user: textOf(context, 'user'),
    namespace: textOf(context, 'namespace'),
  };
}

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

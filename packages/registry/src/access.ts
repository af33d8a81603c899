import type { Proxy } from '@sluice/egress';
import { AccessError } from './access-error.ts';
import type { RepositoryName } from './address.ts';
import type { RegistryCredentials } from './credentials.ts';
import { findCredentials, parseDockerConfig, type DockerAuth } from './docker-config.ts';
import type { RegistryAccess } from './registry.ts';
import { parseTls } from './tls-secret.ts';

/** Where the access to a registry is described, in the `spec` of an ImageRepository. */
export interface AccessSpec {
  readonly secretRef?: { readonly name: string };
  readonly certSecretRef?: { readonly name: string };
  readonly proxySecretRef?: { readonly name: string };
  readonly serviceAccountName?: string;
  readonly insecure?: boolean;
}

/** A Secret with its values as text. */
export interface AccessSecret {
  readonly type: string;
  readonly data: ReadonlyMap<string, string>;
}

/** Reads objects of one namespace; `undefined` for what is not there. */
export interface AccessReader {
  readonly namespace: string;
  readSecret(name: string): Promise<AccessSecret | undefined>;
  /** @returns the names of its `imagePullSecrets` */
  readPullSecrets(serviceAccount: string): Promise<readonly string[] | undefined>;
}

const maxProxyAddress = 2048;
const configTypes: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/dockerconfigjson', '.dockerconfigjson'],
  ['kubernetes.io/dockercfg', '.dockercfg'],
]);

/**
 * Proxy, certificates and credentials for a repository, in this order.
 * @throws AccessError, and what the reader throws
 * @see image §3.6
 */
export async function readRegistryAccess(
  spec: AccessSpec,
  name: RepositoryName,
  reader: AccessReader,
): Promise<RegistryAccess> {
  const proxy = spec.proxySecretRef && (await readProxy(spec.proxySecretRef.name, reader));
  const tls = spec.certSecretRef && (await readTls(spec.certSecretRef.name, reader));
  const credentials = await readCredentials(spec, name, reader);
  return {
    ...(proxy !== undefined && { proxy }),
    ...(tls !== undefined && { tls }),
    ...(credentials !== undefined && { credentials }),
    ...(spec.insecure !== undefined && { insecure: spec.insecure }),
  };
}

async function readProxy(name: string, reader: AccessReader): Promise<Proxy> {
  const { data } = await readNamed(name, reader);
  const failed = (why: string) => new AccessError(`secret '${reader.namespace}/${name}': ${why}`);
  const address = data.get('address');
  if (address === undefined) throw failed("key 'address' not found");
  if (address === '') throw failed('proxy address is empty');
  if (address.length > maxProxyAddress) {
    throw failed(`proxy URL exceeds maximum length of ${maxProxyAddress} characters`);
  }
  const url = URL.parse(address);
  if (url === null) throw failed('proxy URL cannot be parsed');
  const scheme = url.protocol.slice(0, -1);
  if (!['http', 'https', 'socks5'].includes(scheme)) {
    throw failed(`proxy URL must use one of the supported schemes (http, https, socks5), got '${scheme}'`);
  }
  const username = data.get('username') ?? decode(url.username);
  const password = data.get('password') ?? decode(url.password);
  url.username = '';
  url.password = '';
  return { url, username, password };
}

async function readTls(name: string, reader: AccessReader): Promise<RegistryAccess['tls']> {
  const { data } = await readNamed(name, reader);
  return parseTls(`${reader.namespace}/${name}`, data);
}

async function readCredentials(
  spec: AccessSpec,
  name: RepositoryName,
  reader: AccessReader,
): Promise<RegistryCredentials | undefined> {
  const own = spec.secretRef === undefined ? [] : await readOwnConfig(spec.secretRef.name, reader);
  const ofAccount =
    spec.serviceAccountName === undefined ? [] : await readAccountConfigs(spec.serviceAccountName, reader);
  return findCredentials([...own, ...ofAccount], name);
}

async function readOwnConfig(name: string, reader: AccessReader): Promise<DockerAuth[]> {
  const secret = await reader.readSecret(name);
  if (secret === undefined) throw new AccessError(`secrets "${name}" not found`);
  const auths = tryParseConfig(secret);
  if (auths !== undefined) return auths;
  const types = [...configTypes.keys()].map((type) => `'${type}'`).join(' or ');
  throw new AccessError(
    `secret '${reader.namespace}/${name}' of type '${secret.type}' has no docker config: its type must be ${types}`,
  );
}

async function readAccountConfigs(account: string, reader: AccessReader): Promise<DockerAuth[]> {
  const { namespace } = reader;
  const names = await reader.readPullSecrets(account);
  if (names === undefined) throw new AccessError(`serviceaccount '${namespace}/${account}' not found`);
  const auths: DockerAuth[] = [];
  for (const name of names) {
    const secret = await reader.readSecret(name);
    if (secret === undefined) {
      throw new AccessError(
        `failed to get image pull secret for serviceaccount '${namespace}/${account}': secret '${namespace}/${name}' not found`,
      );
    }
    auths.push(...(tryParseConfig(secret) ?? []));
  }
  return auths;
}

/** `undefined` for a Secret that is none of docker's. */
function tryParseConfig({ type, data }: AccessSecret): DockerAuth[] | undefined {
  const key = configTypes.get(type);
  const text = key === undefined ? undefined : data.get(key);
  if (text === undefined || text === '') return undefined;
  return parseDockerConfig(text, key === '.dockercfg');
}

async function readNamed(name: string, reader: AccessReader): Promise<AccessSecret> {
  const secret = await reader.readSecret(name);
  if (secret === undefined) throw new AccessError(`secret '${reader.namespace}/${name}' not found`);
  return secret;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AccessError('proxy URL has an invalid escape in the user or password');
  }
}

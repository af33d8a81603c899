import { ReconcileError, type GitRepository, type KubeObject, type ObjectKey } from '@sluice/api';
import type { GitAccess, GitAuth, GitTls, Proxy, RepositoryUrl } from '@sluice/git';
import type { Context } from '@sluice/runtime';
import { isCertificate, isKeyPair } from '@sluice/egress';

export const secretGvk = { group: '', version: 'v1', kind: 'Secret' } as const;

/** Values of a Secret as text, by key. */
export type SecretData = ReadonlyMap<string, string>;

type SecretReader = Pick<Context, 'read'>;

const maxProxyAddress = 2048;

/**
 * Credentials and proxy of a repository, read live from the Secrets beside it.
 * @throws ReconcileError `AuthenticationFailed` or `InvalidProviderConfiguration`, condition FetchFailed
 */
export async function readGitAccess(
  repo: GitRepository,
  address: RepositoryUrl,
  ctx: SecretReader,
): Promise<GitAccess> {
  const namespace = repo.metadata.namespace ?? '';
  const proxy = await readProxy(repo, namespace, ctx);
  checkProvider(repo);
  const auth = await readAuth(repo, { namespace, address }, ctx);
  return proxy === undefined ? { auth } : { auth, proxy };
}

/**
 * @throws Error `secrets "<name>" not found`
 */
export async function readSecret(key: ObjectKey, ctx: SecretReader): Promise<SecretData> {
  const secret = await ctx.read<KubeObject>(secretGvk, key);
  if (secret === undefined) throw new Error(`secrets "${key.name}" not found`);
  // Admission has checked that the values of a Secret are base64 text.
  const data = (secret['data'] ?? {}) as Readonly<Record<string, string>>;
  return new Map(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
}

async function readAuth(
  { spec }: GitRepository,
  { namespace, address }: { namespace: string; address: RepositoryUrl },
  ctx: SecretReader,
): Promise<GitAuth> {
  if (spec.secretRef === undefined) return {};
  const name = `${namespace}/${spec.secretRef.name}`;
  const data = await readSecret({ namespace, name: spec.secretRef.name }, ctx).catch((cause: unknown) => {
    const text = textOf(cause);
    throw authFailed(`failed to get secret '${name}': failed to get secret '${name}': ${text}`, cause);
  });
  checkAppData(spec.provider, name, data);
  const tls = readTls(name, data);
  const bearerToken = data.get('bearerToken');
  if (bearerToken !== undefined) return { bearerToken, ...(tls !== undefined && { tls }) };
  const username = data.get('username') ?? '';
  const password = data.get('password') ?? '';
  if (password !== '' && username === '' && (address.userinfo?.username ?? '') === '') {
    throw authFailed(
      "failed to configure authentication options: invalid 'https' auth option: 'password' requires 'username' to be set",
    );
  }
  return { username, password, ...(tls !== undefined && { tls }) };
}

/** The names of today, or else those of old. @see spec source, "TLS secrets" */
function readTls(name: string, data: SecretData): GitTls | undefined {
  const ca = data.get('ca.crt') ?? data.get('caFile');
  const cert = data.get('tls.crt') ?? data.get('certFile');
  const key = data.get('tls.key') ?? data.get('keyFile');
  if (cert !== undefined && key === undefined)
    throw authFailed(`secret '${name}' contains 'tls.crt' but missing 'tls.key'`);
  if (key !== undefined && cert === undefined)
    throw authFailed(`secret '${name}' contains 'tls.key' but missing 'tls.crt'`);
  if (ca !== undefined && !isCertificate(ca)) throw authFailed('failed to parse CA certificate');
  if (cert !== undefined && !isKeyPair(cert, key ?? '')) {
    throw authFailed('failed to parse TLS certificate and key: they are no PEM texts that belong together');
  }
  if (ca === undefined && cert === undefined) return undefined;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

async function readProxy({ spec }: GitRepository, namespace: string, ctx: SecretReader): Promise<Proxy | undefined> {
  if (spec.proxySecretRef === undefined) return undefined;
  const { name } = spec.proxySecretRef;
  const failedProxy = (why: string, cause?: unknown) => authFailed(`failed to configure proxy options: ${why}`, cause);
  const data = await readSecret({ namespace, name }, ctx).catch((cause: unknown) => {
    throw failedProxy(`failed to get secret '${namespace}/${name}': ${textOf(cause)}`, cause);
  });
  const address = data.get('address') ?? '';
  if (address === '') throw failedProxy(`secret '${namespace}/${name}': key 'address' not found`);
  const url = address.length <= maxProxyAddress ? URL.parse(address) : null;
  if (url === null) throw failedProxy('proxy URL cannot be parsed');
  const scheme = url.protocol.slice(0, -1);
  if (!['http', 'https', 'socks5'].includes(scheme)) {
    throw failedProxy(`proxy URL must use one of the supported schemes (http, https, socks5), got '${scheme}'`);
  }
  const username = data.get('username') ?? decodeURIComponent(url.username);
  const password = data.get('password') ?? decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  return { url, username, password };
}

/** @throws ReconcileError for providers that the spec alone shows to be impossible */
function checkProvider({ spec }: GitRepository): void {
  const { provider, secretRef, serviceAccountName } = spec;
  if (serviceAccountName !== undefined) {
    throw new ReconcileError(
      'FeatureGateDisabled',
      'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
      { retry: 'stalled', condition: 'FetchFailed' },
    );
  }
  if (provider === 'github' && secretRef === undefined) throw invalidProvider(appDataNeeded, 'stalled');
  if (provider === 'aws' || provider === 'azure') {
    throw authFailed(`failed to configure authentication options: provider '${provider}' is not supported yet`);
  }
}

const appDataNeeded = 'secretRef with github app data must be specified when provider is set to github';

function checkAppData(provider: string | undefined, name: string, data: SecretData): void {
  const hasAppData = data.has('githubAppID');
  if (provider !== 'github' && hasAppData) {
    throw invalidProvider(`secretRef '${name}' has github app data but provider is not set to github`, 'backoff');
  }
  if (provider !== 'github') return;
  if (!hasAppData) throw invalidProvider(appDataNeeded, 'backoff');
  throw authFailed("failed to configure authentication options: provider 'github' is not supported yet");
}

function invalidProvider(message: string, retry: 'stalled' | 'backoff'): ReconcileError {
  return new ReconcileError('InvalidProviderConfiguration', message, { retry, condition: 'FetchFailed' });
}

function authFailed(message: string, cause?: unknown): ReconcileError {
  return new ReconcileError('AuthenticationFailed', message, { condition: 'FetchFailed', cause });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

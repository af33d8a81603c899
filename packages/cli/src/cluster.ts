import { readFileSync } from 'node:fs';
import { tryParseDuration } from '@sluice/api';
import { connectKube, loadConnection, type Connection, type KubeClient, type Resource } from '@sluice/kube';
import { textFlag, UsageError, type FlagValues } from './command.ts';
import { warning, type Io } from './io.ts';
import type { KindInfo } from './kinds.ts';
import { version } from './version-number.ts';

/** A cluster as the flags choose it, the namespace to work in, and the time limit. */
export interface Cluster extends AsyncDisposable {
  readonly kube: KubeClient;
  readonly namespace: string;
  /** Aborts at `--timeout` or when the user interrupts. */
  readonly signal: AbortSignal;
  /** Was a time limit asked for? */
  readonly timeoutGiven: boolean;
}

const defaultTimeoutMs = 5 * 60_000;
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** @throws UsageError for flags that cannot be used; KubeConfigError when no cluster is configured */
export async function connectCluster(flags: FlagValues, io: Io): Promise<Cluster> {
  const namedNamespace = textFlag(flags, 'namespace');
  if (namedNamespace !== undefined && !dnsLabel.test(namedNamespace)) {
    throw new UsageError(`namespace must be a valid DNS label: "${namedNamespace}"`);
  }
  const timeoutMs = timeoutOf(flags);
  const connection = await connectionOf(flags, io);
  const client = connectKube(connection, `sluice/${version}`);
  const user = textFlag(flags, 'as');
  const groups = flags['as-group'];
  return {
    kube: user === undefined ? client : client.as({ user, ...(Array.isArray(groups) && { groups }) }),
    namespace: namedNamespace ?? defaultNamespace(flags, io, connection),
    signal: AbortSignal.any([io.signal, timeoutSignal(timeoutMs)]),
    timeoutGiven: flags['timeout'] !== undefined,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** @throws Error that says what to do when the server does not have the kind */
export async function resourceOf(cluster: Cluster, kind: Pick<KindInfo, 'gvk'>): Promise<Resource> {
  const resource = await cluster.kube.resource(kind.gvk, cluster.signal);
  if (resource !== undefined) return resource;
  throw new Error(
    `the cluster does not know the kind ${kind.gvk.kind} (${kind.gvk.group}/${kind.gvk.version}): its CRDs are not installed`,
  );
}

/** The same error that other tools of this field show when time is up. */
function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('context deadline exceeded')), ms).unref();
  return controller.signal;
}

function timeoutOf(flags: FlagValues): number {
  const text = textFlag(flags, 'timeout');
  if (text === undefined) return defaultTimeoutMs;
  const ms = tryParseDuration(text);
  if (ms === undefined || ms <= 0) {
    throw new UsageError(`invalid argument "${text}" for "--timeout" flag: write it as 30s, 5m or 1h30m`);
  }
  return ms;
}

async function connectionOf(flags: FlagValues, io: Io): Promise<Connection> {
  const token = textFlag(flags, 'token');
  const servername = textFlag(flags, 'tls-server-name');
  const file = (name: string) => {
    const path = textFlag(flags, name);
    return path === undefined ? undefined : readFileSync(path);
  };
  const [ca, cert, key] = [file('certificate-authority'), file('client-certificate'), file('client-key')];
  const loaded = await loadConnection({
    kubeconfig: textFlag(flags, 'kubeconfig'),
    context: textFlag(flags, 'context'),
    cluster: textFlag(flags, 'cluster'),
    user: textFlag(flags, 'user'),
    server: textFlag(flags, 'server'),
    env: io.env,
  }).catch((cause: unknown) => {
    throw new Error(`kubernetes configuration load failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  });
  return {
    ...loaded,
    ...(token !== undefined && { token: () => token }),
    ...(servername !== undefined && { servername }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(flags['insecure-skip-tls-verify'] === true && { skipTlsVerify: true }),
  };
}

/** Not that of the kubeconfig context, unlike kubectl, unless one opts in. @see cli.md §3 */
function defaultNamespace(flags: FlagValues, io: Io, connection: Connection): string {
  const follows = flags['ns-follows-kube-context'] === true || (io.env['FLUX_NS_FOLLOWS_KUBE_CONTEXT'] ?? '') !== '';
  if (follows && connection.namespaceIsSet === true) return connection.namespace;
  for (const name of ['SLUICE_SYSTEM_NAMESPACE', 'FLUX_SYSTEM_NAMESPACE']) {
    const value = io.env[name];
    if (value === undefined || value === '') continue;
    if (dnsLabel.test(value)) return value;
    warning(io, ` ignoring invalid ${name}: "${value}"`);
  }
  return 'flux-system';
}

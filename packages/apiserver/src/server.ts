import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { admissionPlugins } from './admission/plugins.ts';
import { bootstrapNamespaces } from './bootstrap.ts';
import { runCrdController } from './controllers/crds.ts';
import { runGarbageCollector } from './controllers/garbage-collector.ts';
import { runNamespaceController } from './controllers/namespaces.ts';
import { SystemClient } from './controllers/system-client.ts';
import { createBuiltinResources } from './builtin/resources.ts';
import type { Core } from './core.ts';
import { discoveryHandler } from './discovery/handler.ts';
import { StatusError } from './errors.ts';
import { authenticate } from './http/authenticate.ts';
import { healthHandler, versionHandler } from './http/health.ts';
import { listen, portOf, type IncomingCall } from './http/listener.ts';
import { FaultList, serveFaulty, type Fault } from './faults.ts';
import type { ApiRequest, ApiResponse, RequestSubject } from './http/messages.ts';
import { route, subjectOf } from './http/router.ts';
import { eventTextWriter, type RunningWatch } from './http/watch-handler.ts';
import { buildKubeconfig } from './kubeconfig.ts';
import { openApiHandler } from './openapi/handler.ts';
import { Registry } from './registry/registry.ts';
import { respondError } from './represent/respond.ts';
import type { SimulateOptions } from './simulate/options.ts';
import { runSimulation } from './simulate/run.ts';
import { Store } from './store/store.ts';
import { createCertificates } from './tls/certificates.ts';

/** One answered request, as the log hook sees it. */
export interface RequestRecord extends RequestSubject {
  readonly time: Date;
  readonly durationMs: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly uri: string;
  readonly user: string;
  readonly userAgent: string;
  /** 0 when the connection was dropped instead of an answer. */
  readonly code: number;
}

export interface ApiServerOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  /** Called after every answer; of a watch when it starts. */
  readonly log?: (record: RequestRecord) => void;
  readonly now?: () => Date;
  /** How workloads behave; by default everything becomes ready at once. */
  readonly simulate?: SimulateOptions;
  /** Default 60 000. */
  readonly bookmarkIntervalMs?: number;
  /** Whether objects go when their owners do (default true). */
  readonly garbageCollection?: boolean;
}

/** A running server. Disposing it closes all connections. */
export interface ApiServer extends AsyncDisposable {
  readonly url: string;
  readonly caPem: string;
  /** The administrator's bearer token. */
  readonly token: string;
  kubeconfig(): string;
  writeKubeconfig(file: string): Promise<void>;
  /** Forgets history up to and including `revision` (default: all), so that old resourceVersions get 410. */
  compact(revision?: number): void;
  /** Ends watches: properly, by dropping the connection, or by sending nothing more. */
  closeWatches(how?: 'end' | 'destroy' | 'silence', filter?: (watch: RunningWatch) => boolean): void;
  readonly watches: ReadonlySet<RunningWatch>;
  /** Makes requests fail. @returns stops it */
  fail(fault: Fault): () => void;
  /** The revision of the last write: equal before and after means that nothing was changed. */
  readonly revision: number;
  close(): Promise<void>;
}

export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const now = options.now ?? (() => new Date());
  const host = options.host ?? '127.0.0.1';
  const core = createCore(now);
  bootstrapNamespaces(core);
  const running = new Set<RunningWatch>();
  const client = new SystemClient(core, 'kube-controller-manager');
  const endWatches = (storageKey: string) => {
    for (const watch of running) if (watch.resource.storageKey === storageKey) watch.close();
  };
  const controllers = [
    runCrdController(new SystemClient(core, 'kube-apiserver'), endWatches),
    runNamespaceController(client),
    ...(options.simulate?.mode === 'off' ? [] : [runSimulation(core, options.simulate ?? {})]),
    ...(options.garbageCollection === false ? [] : [runGarbageCollector(client)]),
  ];
  const deps = {
    core,
    watches: {
      running,
      bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
      minLifeMs: 30 * 60_000,
      random: Math.random,
      eventText: eventTextWriter(),
    },
  };
  const plain = [
    versionHandler,
    healthHandler([{ name: 'ping', isHealthy: () => true }]),
    discoveryHandler(core.registry),
    openApiHandler(core.registry, now),
  ];
  const token = randomBytes(24).toString('base64url');
  const certificates = createCertificates(
    { commonName: 'kubernetes-admin', organization: 'system:masters' },
    new Date(),
  );
  const faults = new FaultList();
  const answer = async (request: ApiRequest): Promise<ApiResponse | 'reset'> => {
    const serve = () => route(deps, plain, request).catch((error: unknown) => respondError(asStatusError(error)));
    const subject = subjectOf(deps, request);
    const userAgent = request.header('user-agent') ?? '';
    const fault = subject === undefined ? undefined : faults.take({ ...subject, userAgent });
    if (fault === undefined || subject === undefined) return await serve();
    const response = await serveFaulty(fault, serve);
    return response === 'reset' ? response : { ...response, about: subject };
  };
  const serve = async (call: IncomingCall): Promise<ApiResponse | 'reset'> => {
    const started = performance.now();
    const { certificateFingerprint } = call;
    let user = '';
    let response: ApiResponse | 'reset';
    try {
      const info = authenticate({ certificateFingerprint, authorization: call.header('authorization') }, token);
      user = info.username;
      response = await answer({ ...call, user: info });
    } catch (error) {
      response = respondError(asStatusError(error));
    }
    options.log?.(recordOf(call, response, { user, time: now(), durationMs: performance.now() - started }));
    return response;
  };
  const server = await listen({ host, port: options.port ?? 0, certificates, serve });
  const url = `https://${host}:${portOf(server)}`;
  const kubeconfig = () => buildKubeconfig({ url, caPem: certificates.caPem, token, admin: certificates.admin });
  const close = async (): Promise<void> => {
    for (const stop of controllers) stop();
    for (const watch of running) watch.close();
    server.close();
    server.closeAllConnections();
    await Promise.resolve();
  };
  return {
    url,
    caPem: certificates.caPem,
    token,
    kubeconfig,
    writeKubeconfig: (file) => writeFile(file, kubeconfig(), { mode: 0o600 }),
    compact: (revision) => core.store.compact(revision),
    closeWatches: (how = 'end', filter = () => true) => {
      for (const watch of [...running].filter(filter)) endWatch(watch, how);
    },
    watches: running,
    fail: (fault) => faults.add(fault),
    get revision() {
      return core.store.revision;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function endWatch(watch: RunningWatch, how: 'end' | 'destroy' | 'silence'): void {
  if (how === 'end') watch.close();
  else if (how === 'destroy') watch.destroy();
  else watch.silence();
}

function createCore(now: () => Date): Core {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return {
    store: new Store(now),
    registry: new Registry(createBuiltinResources()),
    admission: admissionPlugins,
    now,
    newUid: randomUUID,
    nameSuffix: () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join(''),
  };
}

function asStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

function recordOf(
  call: IncomingCall,
  response: ApiResponse | 'reset',
  { user, time, durationMs }: { user: string; time: Date; durationMs: number },
): RequestRecord {
  const query = call.query.toString();
  const answered = response === 'reset' ? undefined : response;
  const about = answered?.about ?? { verb: '', group: '', resource: '', subresource: '', namespace: '', name: '' };
  return {
    time,
    durationMs,
    method: call.method,
    uri: query === '' ? call.path : `${call.path}?${query}`,
    ...about,
    user,
    userAgent: call.header('user-agent') ?? '',
    code: answered?.code ?? 0,
  };
}

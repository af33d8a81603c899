import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildCrd,
  findCondition,
  gitRepositoryGvk,
  gitRepositorySchema,
  type GitRepository,
  type GitRepositorySpec,
  type KubeObject,
} from '@sluice/api';
import { startApiServer, type RequestRecord } from '@sluice/apiserver';
import { fetchArtifact, unpackArchive } from '@sluice/artifact';
import { createCompute } from '@sluice/compute';
import { connectKube, type KubeClient, type Resource } from '@sluice/kube';
import { createInProcessQueue } from '@sluice/queue';
import { createLogger, runManager, type Failpoint } from '@sluice/runtime';
import { startGitServer, type GitRequest, type GitServer, type GitServerOptions } from '@sluice/git-server';
import { createGitRoot, type GitRepo, type GitRoot } from '@sluice/testkit';
import { startSourceController, type SourceOptions } from '../start.ts';
import type { ProgramOptions } from './controller-program.ts';

const namespace = 'default';
const waitMs = 15_000;

/** An API server and a Git server, and the controller as a program of its own that can be stopped and started. */
export interface Rig extends AsyncDisposable {
  readonly kube: KubeClient;
  readonly gitRoot: GitRoot;
  readonly git: GitServer;
  /** What the Git server was asked, as `GET info`, `POST ls-refs` and `POST fetch`. */
  readonly gitLog: string[];
  readonly gitRequests: GitRequest[];
  /** Writes that the controller made, as `patch gitrepositories/status`. */
  readonly writes: string[];
  readonly storageDir: string;
  createRepo(name?: string): Promise<GitRepo>;
  startController(options?: ControllerOptions): Promise<AsyncDisposable>;
  /** Runs the controller as a process of its own that kills itself at a failpoint. @returns the signal that ended it */
  runUntilKilled(failpoint: string): Promise<NodeJS.Signals | null>;
  secret(name: string, data: Readonly<Record<string, string>>): Promise<void>;
  create(name: string, spec: Partial<GitRepositorySpec>): Promise<GitRepository>;
  patch(name: string, patch: object): Promise<GitRepository>;
  patchStatus(name: string, status: object): Promise<GitRepository>;
  get(name: string): Promise<GitRepository | undefined>;
  /** The object as soon as it is as wanted. @throws with the last state after 15 s */
  until(name: string, isWanted: (repo: GitRepository | undefined) => boolean): Promise<GitRepository>;
  ready(name: string, revision?: string): Promise<GitRepository>;
  /** Asks for a run and waits until it was made. */
  reconcile(name: string): Promise<GitRepository>;
  /** Files of the artifact, fetched by its URL. */
  files(repo: GitRepository): Promise<Record<string, string>>;
  /** Kubernetes events about an object, as `Normal NewArtifact: message`; waits until one matches. */
  event(name: string, pattern: RegExp): Promise<string[]>;
}

export type ControllerOptions = Partial<SourceOptions> & { readonly failpoint?: Failpoint };

export async function startRig(gitOptions: Partial<GitServerOptions> = {}): Promise<Rig> {
  const stack = new AsyncDisposableStack();
  const signal = AbortSignal.timeout(120_000);
  const writes: string[] = [];
  const api = stack.use(await startApiServer({ log: (record) => noteWrite(record, writes) }));
  const connection = { server: api.url, ca: api.caPem, token: () => api.token, namespace };
  const kube = stack.use(connectKube(connection, 'test'));
  await installCrd(kube, signal);
  const resource = await resourceOf(kube, gitRepositoryGvk, signal);
  const secrets = await resourceOf(kube, { group: '', version: 'v1', kind: 'Secret' }, signal);
  const events = await resourceOf(kube, { group: '', version: 'v1', kind: 'Event' }, signal);
  const storageDir = await mkdtemp(join(tmpdir(), 'storage-'));
  stack.defer(() => rm(storageDir, { recursive: true, force: true }));
  const gitRoot = stack.use(await createGitRoot());
  const gitRequests: GitRequest[] = [];
  const gitLog: string[] = [];
  const git = stack.use(
    await startGitServer({
      root: gitRoot.dir,
      ...gitOptions,
      onRequest(request) {
        gitRequests.push(request);
        gitLog.push(`${request.method} ${request.command ?? 'info'}`);
      },
    }),
  );
  const keyOf = (name: string) => ({ namespace, name });
  const rig: Rig = {
    kube,
    gitRoot,
    git,
    gitLog,
    gitRequests,
    writes,
    storageDir,
    createRepo: (name = 'app') => gitRoot.createRepo(name),
    async startController(options = {}) {
      return stack.use(await startController(connection, storageDir, options));
    },
    async runUntilKilled(failpoint) {
      const options: ProgramOptions = { server: api.url, ca: api.caPem, token: api.token, storageDir };
      const program = join(import.meta.dirname, 'controller-program.ts');
      const env = { PATH: process.env['PATH'] ?? '', SLUICE_FAILPOINT: failpoint };
      const child = spawn(process.execPath, [program, JSON.stringify(options)], { env, stdio: 'ignore' });
      stack.defer(() => void child.kill('SIGKILL'));
      const [, signalName] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      return signalName;
    },
    async secret(name, data) {
      const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
      await kube.delete(secrets, keyOf(name));
      await kube.create(secrets, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: keyOf(name),
        data: Object.fromEntries(encoded),
      });
    },
    create: (name, spec) =>
      kube.create<GitRepository>(resource, {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: keyOf(name),
        spec: { url: `${git.url}/app.git`, interval: '1h', ref: { branch: 'main' }, ...spec },
      }),
    patch: (name, patch) => kube.patch<GitRepository>(resource, keyOf(name), patch, { type: 'merge' }),
    patchStatus: (name, status) =>
      kube.patch<GitRepository>(resource, keyOf(name), { status }, { type: 'merge', subresource: 'status' }),
    get: (name) => kube.get<GitRepository>(resource, keyOf(name)),
    async until(name, isWanted) {
      const isMine = (object: KubeObject) => object.metadata.name === name;
      return (await watchFor<GitRepository>(kube, resource, isMine, isWanted)) as GitRepository;
    },
    ready: (name, revision) =>
      rig.until(name, (repo) => {
        const ready = findCondition(repo?.status?.conditions, 'Ready');
        const isObserved = repo?.status?.observedGeneration === repo?.metadata.generation;
        const isRevision = revision === undefined || repo?.status?.artifact?.revision === revision;
        return ready?.status === 'True' && isObserved && isRevision;
      }),
    async reconcile(name) {
      const requestedAt = crypto.randomUUID();
      await rig.patch(name, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': requestedAt } } });
      return await rig.until(name, (repo) => repo?.status?.lastHandledReconcileAt === requestedAt);
    },
    async files(repo) {
      const { artifact } = repo.status ?? {};
      if (artifact === undefined) throw new Error('no artifact');
      const unpacked = unpackArchive(await fetchArtifact(artifact, { signal }));
      return Object.fromEntries(Array.from(unpacked, ([path, bytes]) => [path, Buffer.from(bytes).toString()]));
    },
    async event(name, pattern) {
      const seen: string[] = [];
      const isMine = (object: KubeObject) => involved(object) === name;
      await watchFor(kube, events, isMine, (event) => {
        if (event !== undefined) seen.push(eventText(event));
        return event !== undefined && pattern.test(eventText(event));
      });
      return seen;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return rig;
}

async function startController(
  connection: Parameters<typeof connectKube>[0],
  storageDir: string,
  { failpoint, ...options }: ControllerOptions,
): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const stop = new AbortController();
  const compute = stack.use(createCompute());
  const source = stack.use(
    await startSourceController({
      storageDir,
      listen: { host: '127.0.0.1', port: 0 },
      egressAllow: ['127.0.0.0/8'],
      requeueDependencyMs: 600_000,
      compute,
      ...options,
    }),
  );
  const kube = stack.use(connectKube(connection, 'source-controller'));
  const log = createLogger({ write: () => {} });
  const started = Promise.withResolvers<void>();
  const running = runManager(
    {
      kube,
      log,
      queue: createInProcessQueue({ backoff: { baseMs: 50, maxMs: 2000 } }),
      kinds: [source.gitRepository],
      // Nobody waits for a run that a test has no more use for.
      graceMs: 0,
      onStarted: () => started.resolve(),
      ...(failpoint !== undefined && { failpoint }),
    },
    stop.signal,
  );
  stack.defer(async () => {
    stop.abort();
    await running;
  });
  await started.promise;
  return stack;
}

/** First what is there, then each change, until one is as wanted. */
async function watchFor<T extends KubeObject>(
  kube: KubeClient,
  resource: Resource,
  isMine: (object: T) => boolean,
  isWanted: (object: T | undefined) => boolean,
): Promise<T | undefined> {
  const signal = AbortSignal.timeout(waitMs);
  const list = await kube.list<T>(resource, { namespace });
  const mine = list.items.filter(isMine);
  let last = mine.at(-1);
  const found = mine.find((object) => isWanted(object));
  if (found !== undefined || (mine.length === 0 && isWanted(undefined))) return found;
  try {
    for await (const event of kube.watch<T>(resource, list.resourceVersion, { namespace, signal })) {
      if (event.type === 'BOOKMARK' || !isMine(event.object)) continue;
      last = event.object;
      const current = event.type === 'DELETED' ? undefined : event.object;
      if (isWanted(current)) return current;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`not as wanted after ${waitMs / 1000} s: ${JSON.stringify(last?.['status'] ?? last, null, 2)}`);
}

async function installCrd(kube: KubeClient, signal: AbortSignal): Promise<void> {
  const gvk = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' };
  const crds = await resourceOf(kube, gvk, signal);
  const crd = await kube.create(crds, buildCrd(gitRepositorySchema));
  const options = { fieldSelector: `metadata.name=${crd.metadata.name}`, signal };
  for await (const event of kube.watch(crds, '0', options)) {
    if (event.type === 'BOOKMARK') continue;
    const { conditions = [] } = event.object['status'] as { conditions?: { type: string; status: string }[] };
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
  }
}

async function resourceOf(
  kube: KubeClient,
  gvk: { group: string; version: string; kind: string },
  signal: AbortSignal,
): Promise<Resource> {
  const resource = await kube.resource(gvk, signal);
  if (resource === undefined) throw new Error(`the server does not serve ${gvk.kind}`);
  return resource;
}

function noteWrite({ userAgent, verb, resource, subresource }: RequestRecord, writes: string[]): void {
  if (userAgent !== 'source-controller' || ['get', 'list', 'watch', ''].includes(verb) || resource === 'events') return;
  writes.push(subresource === '' ? `${verb} ${resource}` : `${verb} ${resource}/${subresource}`);
}

function involved(event: KubeObject): string | undefined {
  return (event as unknown as { involvedObject?: { name?: string } }).involvedObject?.name;
}

function eventText(event: KubeObject): string {
  const { type, reason, message } = event as unknown as Record<'type' | 'reason' | 'message', string>;
  return `${type} ${reason}: ${message}`;
}

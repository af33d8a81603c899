import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  buildCrd,
  gvkOf,
  keyOf,
  kindSchemas,
  type GroupVersionKind,
  type KubeObject,
  type ObjectKey,
} from '@sluice/api';
import { connectKube, loadConnection, waitForObject, type KubeClient } from '@sluice/kube';
import { startGitServer, type GitServerAuth } from '@sluice/git-server';
import { createGitRoot, type GitRepo } from '@sluice/testkit';

const root = join(import.meta.dirname, '../..');

/** What a scenario plays in: an API server and a git server that stay, and controllers that may be killed. */
export interface World extends AsyncDisposable {
  readonly kube: KubeClient;
  readonly repo: GitRepo;
  readonly repoUrl: string;
  readonly kubeconfig: string;
  readonly storageDir: string;
  /** Starts the controllers as a process of their own. Ends the one before, if it still runs. */
  startControllers(env?: Readonly<Record<string, string>>): Promise<Controllers>;
  /** Kills the controllers and removes all artifacts. */
  wipeStorage(): Promise<void>;
  apply(...objects: readonly KubeObject[]): Promise<void>;
  get<T extends KubeObject>(gvk: GroupVersionKind, namespace: string, name: string): Promise<T | undefined>;
  /** Follows one object until `done`. @throws Error that shows the object when 30 s are over */
  until<T extends KubeObject>(
    gvk: GroupVersionKind,
    namespace: string,
    name: string,
    done: (object: T | undefined) => boolean,
  ): Promise<T | undefined>;
  /** Requests that the API server has answered since the last call. */
  takeRequests(): string[];
}

export interface Controllers {
  readonly process: ChildProcess;
  /** The controllers' log, for messages. */
  output(): string;
  readonly exited: Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export async function startWorld(options: { readonly auth?: GitServerAuth } = {}): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-world-'));
  stack.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  const kubeconfig = join(dir, 'kubeconfig');
  const api = spawnNode('packages/apiserver/src/main.ts', ['--kubeconfig', kubeconfig, '--log-requests'], {});
  stack.defer(() => end(api, 'SIGTERM'));
  await firstOutput(api);
  const kube = stack.use(connectKube(await loadConnection({ kubeconfig }), 'scenario'));
  const storageAddress = `127.0.0.1:${await freePort()}`;
  const gitRoot = stack.use(await createGitRoot());
  const server = stack.use(await startGitServer({ root: gitRoot.dir, ...(options.auth && { auth: options.auth }) }));
  const repo = await gitRoot.createRepo('fleet');
  let requests: string[] = [];
  api.stdout!.on('data', (chunk: Buffer) =>
    requests.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    ),
  );
  let controllers: Controllers | undefined;
  stack.defer(() => controllers?.kill('SIGKILL'));

  const resourceOf = async (gvk: GroupVersionKind) => {
    const resource = await kube.resource(gvk);
    if (resource === undefined) throw new Error(`${gvk.kind} is not served`);
    return resource;
  };
  const apply = async (...objects: readonly KubeObject[]) => {
    for (const object of objects) {
      await kube.patch(await resourceOf(gvkOf(object)), keyOf(object), object, {
        type: 'apply',
        fieldManager: 'scenario',
        force: true,
      });
    }
  };
  await apply(...kindSchemas.map(buildCrd), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } });
  const owned = stack.move();
  return {
    kube,
    repo,
    repoUrl: `${server.url}/fleet.git`,
    kubeconfig,
    storageDir: join(dir, 'artifacts'),
    apply,
    async startControllers(env = {}) {
      await controllers?.kill('SIGKILL');
      controllers = await startControllers(
        ['--kubeconfig', kubeconfig, '--storage-path', join(dir, 'artifacts'), '--storage-addr', storageAddress],
        env,
      );
      return controllers;
    },
    async wipeStorage() {
      await controllers?.kill('SIGKILL');
      await rm(join(dir, 'artifacts'), { recursive: true });
    },
    get: async (gvk, namespace, name) => kube.get(await resourceOf(gvk), { namespace, name }),
    until: async (gvk, namespace, name, done) =>
      until(kube, gvk, { namespace, name }, done, () => controllers?.output() ?? ''),
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function spawnNode(file: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [join(root, file), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function startControllers(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Controllers> {
  const child = spawnNode('controllers/single/src/main.ts', args, env);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(() => {});
  return { process: child, output: () => output, exited, kill: (signal) => end(child, signal) };
}

/** The controllers come back at the same address after a kill, as behind a Service. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function firstOutput(child: ChildProcess): Promise<void> {
  let problem = '';
  child.stderr!.on('data', (chunk: Buffer) => (problem += chunk.toString()));
  const first = once(child.stdout!, 'data').then(() => true);
  if (!(await Promise.race([first, once(child, 'exit').then(() => false)])))
    throw new Error(`the API server did not start: ${problem}`);
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await Promise.race([exited, delay(10_000).then(() => child.kill('SIGKILL'))]);
  await exited;
}

async function until<T extends KubeObject>(
  kube: KubeClient,
  gvk: GroupVersionKind,
  key: ObjectKey,
  done: (object: T | undefined) => boolean,
  log: () => string,
): Promise<T | undefined> {
  const resource = await kube.resource(gvk);
  if (resource === undefined) throw new Error(`${gvk.kind} is not served`);
  let last: T | undefined;
  const isDone = (object: KubeObject | undefined) => done((last = object as T | undefined));
  try {
    await waitForObject(kube, resource, key, isDone, AbortSignal.timeout(30_000));
    return last;
  } catch (cause) {
    const text = `${gvk.kind} ${key.name} did not come to it in 30 s: ${JSON.stringify(last, undefined, 1)}`;
    throw new Error(`${text}\n${log().slice(-4000)}`, { cause });
  }
}

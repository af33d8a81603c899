import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCrd, gvkOf, keyOf, kindSchemas, type KubeObject } from '@sluice/api';
import { startApiServer } from '@sluice/apiserver';
import { connectKube, loadConnection, type KubeClient } from '@sluice/kube';
import type { Io } from '../io.ts';
import { run } from '../run.ts';

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface TestCluster extends AsyncDisposable {
  readonly kube: KubeClient;
  readonly env: Readonly<Record<string, string>>;
  /** Runs `sluice` with these words. */
  sluice(...words: readonly string[]): Promise<Ran>;
  /** Creates an object and sets its status. */
  put(object: KubeObject & { readonly status?: unknown }): Promise<KubeObject>;
  get(object: KubeObject): Promise<KubeObject | undefined>;
}

/** Words in, texts and exit code out; no cluster unless `env` names one. */
export async function sluice(
  env: Readonly<Record<string, string>>,
  words: readonly string[],
  signal = new AbortController().signal,
): Promise<Ran> {
  let out = '';
  let err = '';
  const io: Io = { env, signal, isTerminal: false, out: (text) => (out += text), err: (text) => (err += text) };
  const code = await run(words, io);
  return { code, out, err };
}

/** A real API server with our CRDs and a namespace `apps`. */
export async function startCluster(): Promise<TestCluster> {
  const server = await startApiServer();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  const kubeconfig = join(dir, 'kubeconfig');
  await server.writeKubeconfig(kubeconfig);
  const kube = connectKube(await loadConnection({ kubeconfig }), 'sluice-test');
  const resourceOf = async (object: KubeObject) => {
    const resource = await kube.resource(gvkOf(object));
    if (resource === undefined) throw new Error(`${object.kind} is not served`);
    return resource;
  };
  const create = async (object: KubeObject) => kube.create(await resourceOf(object), object);
  for (const schema of kindSchemas) await create(buildCrd(schema));
  for (const name of ['apps', 'flux-system']) await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const env = { KUBECONFIG: kubeconfig, HOME: dir };
  return {
    kube,
    env,
    sluice: (...words) => sluice(env, words),
    async put(object) {
      const { status, ...rest } = object;
      const created = await create(rest as KubeObject);
      if (status === undefined) return created;
      return kube.patch(await resourceOf(object), keyOf(object), { status }, { type: 'merge', subresource: 'status' });
    },
    get: async (object) => kube.get(await resourceOf(object), keyOf(object)),
    async [Symbol.asyncDispose]() {
      await kube[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(dir, { recursive: true });
    },
  };
}

const revision = `main@sha1:${'1f0c9b2a'.padEnd(40, '0')}`;

/** A Kustomization in `apps` whose Ready condition says `ready`. */
export function kustomization(
  name: string,
  ready?: 'True' | 'False' | 'Unknown',
  extra: Readonly<Record<string, unknown>> = {},
): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'apps' },
    spec: { interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'app' }, ...extra },
    ...(ready !== undefined && {
      status: {
        observedGeneration: 1,
        lastAppliedRevision: revision,
        conditions: [condition('Ready', ready, `Applied revision: ${revision}`)],
      },
    }),
  };
}

export function gitRepository(name: string, extra: Readonly<Record<string, unknown>> = {}): KubeObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace: 'apps' },
    spec: { interval: '1m', url: 'https://git.example.com/app.git', ...extra },
    status: {
      observedGeneration: 1,
      artifact: { path: 'a', url: 'http://a', revision, digest: 'sha256:00', lastUpdateTime: '2026-01-01T00:00:00Z' },
      conditions: [condition('Ready', 'True', `stored artifact for revision '${revision}'`)],
    },
  };
}

export function condition(type: string, status: string, message: string, reason = 'Succeeded') {
  return { type, status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 };
}

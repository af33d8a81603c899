import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildCrd,
  gitRepositorySchema,
  gvkOf,
  kustomizationSchema,
  type Condition,
  type KubeObject,
  type Kustomization,
  type KustomizationSpec,
} from '@sluice/api';
import { startApiServer, type ApiServer, type RequestRecord } from '@sluice/apiserver';
import { writeArchive } from '@sluice/artifact';
import { connectKube, type KubeClient, type Resource } from '@sluice/kube';
import type { Clock } from '@sluice/runtime';
import { baseSpec, files } from './objects.ts';

export const namespace = 'flux';

/** A real API server with our definitions, a real HTTP server with artifacts, and hands to change both. */
export interface Fleet extends AsyncDisposable {
  readonly server: ApiServer;
  readonly kube: KubeClient;
  /** All answered requests so far. */
  readonly requests: RequestRecord[];
  /** Paths asked of the artifact server, and what it answers instead of the archive. */
  readonly downloads: string[];
  answers: ((path: string) => number | undefined) | undefined;
  /** The time of server and controllers, which `advance` sets forward. */
  readonly clock: Clock;
  advance(ms: number): void;
  /** Makes an artifact and names it in the status of the source, as a source controller does. */
  push(revision: string, contents: Readonly<Record<string, string>>, source?: string): Promise<void>;
  create(name: string, spec?: Partial<KustomizationSpec>, annotations?: Record<string, string>): Promise<void>;
  get(name: string): Promise<Kustomization | undefined>;
  patch(name: string, patch: unknown): Promise<void>;
  remove(name: string): Promise<void>;
  /** Reads the Kustomization until `reached` says yes. */
  until(name: string, reached: (object: Kustomization) => boolean): Promise<Kustomization>;
  ready(name: string, revision: string): Promise<Kustomization>;
  gone(name: string): Promise<void>;
  events(name: string): Promise<string[]>;
  apply(object: KubeObject): Promise<KubeObject>;
  /** As another manager does it. */
  edit(apiVersion: string, kind: string, name: string, patch: unknown, manager?: string): Promise<KubeObject>;
  setStatus(apiVersion: string, kind: string, name: string, status: unknown): Promise<void>;
  read(apiVersion: string, kind: string, name: string, ns?: string): Promise<KubeObject | undefined>;
  delete(apiVersion: string, kind: string, name: string): Promise<void>;
}

export async function startFleet(): Promise<Fleet> {
  const requests: RequestRecord[] = [];
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const server = await startApiServer({ now, log: (record) => requests.push(record) });
  const connection = { server: server.url, ca: server.caPem, token: () => server.token, namespace: 'default' };
  const kube = connectKube(connection, 'kustomize-test');
  const dir = await mkdtemp(join(tmpdir(), 'sluice-kustomize-'));
  const archives = new Map<string, Uint8Array>();
  const downloads: string[] = [];
  const resource = async (object: Pick<KubeObject, 'apiVersion' | 'kind'>): Promise<Resource> =>
    await until(() => kube.resource(gvkOf(object)), `${object.kind} to be served`);
  const own = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
  const sources = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };

  const fleet: Omit<Fleet, typeof Symbol.asyncDispose> = {
    server,
    kube,
    requests,
    downloads,
    answers: undefined,
    clock: { now, elapsedMs: () => performance.now() },
    advance: (ms) => void (aheadMs += ms),
    async push(revision, contents, source = 'fleet') {
      const file = join(dir, 'archive');
      await writeFile(file, '');
      const entries = [...files(contents)].map(
        ([path, content]) => ({ type: 'file', path, executable: false, read: () => content }) as const,
      );
      const { digest, size } = await writeArchive(file, entries);
      const path = `gitrepository/${namespace}/${source}/${revision.replaceAll(/[^\w]/g, '-')}.tar.gz`;
      archives.set(`/${path}`, await readFile(file));
      const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/${path}`;
      const lastUpdateTime = `${new Date().toISOString().slice(0, 19)}Z`;
      const artifact = { path, url, revision, digest, size, lastUpdateTime };
      if ((await fleet.read(sources.apiVersion, sources.kind, source, namespace)) === undefined)
        await createSource(source);
      const target = await resource(sources);
      const body = { status: { artifact } };
      await kube.patch(target, { namespace, name: source }, body, { type: 'merge', subresource: 'status' });
    },
    async create(name, spec = {}, annotations = {}) {
      const metadata = { name, namespace, annotations };
      await kube.create(await resource(own), { ...own, metadata, spec: { ...baseSpec, ...spec } });
    },
    get: async (name) => await kube.get<Kustomization>(await resource(own), { namespace, name }),
    async patch(name, patch) {
      await kube.patch(await resource(own), { namespace, name }, patch, { type: 'merge' });
    },
    remove: async (name) => await kube.delete(await resource(own), { namespace, name }),
    async until(name, reached) {
      let last: Kustomization | undefined;
      const look = async () => {
        last = await fleet.get(name);
        return last !== undefined && reached(last) ? last : undefined;
      };
      return await until(look, () => `Kustomization ${name}: ${JSON.stringify(last?.status, undefined, 1)}`);
    },
    ready: async (name, revision) =>
      await fleet.until(name, (object) => {
        const isReady = condition(object, 'Ready')?.status === 'True';
        return isReady && object.status?.lastAppliedRevision === revision;
      }),
    async gone(name) {
      await until(async () => ((await fleet.get(name)) === undefined ? true : undefined), `${name} to be gone`);
    },
    async events(name) {
      const { items } = await kube.list<KubeObject>(await resource({ apiVersion: 'v1', kind: 'Event' }), {
        fieldSelector: `involvedObject.name=${name}`,
      });
      return items
        .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map((event) => `${String(event['type'])} ${String(event['reason'])}: ${String(event['message'])}`);
    },
    apply: async (object) => {
      const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
      return await kube.patch(await resource(object), key, object, {
        type: 'apply',
        fieldManager: 'test',
        force: true,
      });
    },
    edit: async (apiVersion, kind, name, patch, manager = 'kubectl-edit') => {
      const target = await resource({ apiVersion, kind });
      const key = { namespace: target.namespaced ? 'shop' : '', name };
      return await kube.patch(target, key, patch, { type: 'merge', fieldManager: manager });
    },
    async setStatus(apiVersion, kind, name, status) {
      const target = await resource({ apiVersion, kind });
      const key = { namespace: target.namespaced ? 'shop' : '', name };
      await kube.patch(target, key, { status }, { type: 'merge', subresource: 'status' });
    },
    read: async (apiVersion, kind, name, ns = 'shop') => {
      const target = await resource({ apiVersion, kind });
      return await kube.get(target, { namespace: target.namespaced ? ns : '', name });
    },
    delete: async (apiVersion, kind, name) => {
      const target = await resource({ apiVersion, kind });
      await kube.delete(target, { namespace: target.namespaced ? 'shop' : '', name });
    },
  };

  async function createSource(name: string): Promise<void> {
    const spec = { url: 'https://example.org/fleet.git', interval: '1m' };
    await kube.create(await resource(sources), { ...sources, metadata: { name, namespace }, spec });
  }

  const http = await listen((path) => {
    downloads.push(path);
    return fleet.answers?.(path) ?? archives.get(path) ?? 404;
  });
  const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  for (const schema of [kustomizationSchema, gitRepositorySchema]) {
    await kube.create(await resource(crd), buildCrd(schema as typeof kustomizationSchema));
  }
  for (const name of [namespace, 'shop']) {
    await kube.create(await resource({ apiVersion: 'v1', kind: 'Namespace' }), {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  }
  await resource(own);
  await resource(sources);
  return Object.assign(fleet, {
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      await kube[Symbol.asyncDispose]();
      await server.close();
      await rm(dir, { recursive: true });
    },
  });
}

export function condition(object: Kustomization | undefined, type: string): Condition | undefined {
  return object?.status?.conditions?.find((one) => one.type === type);
}

/** `True ReconciliationSucceeded: Applied revision: r1`, or `''` when there is none. */
export function shown(object: Kustomization | undefined, type: string): string {
  const found = condition(object, type);
  return found === undefined ? '' : `${found.status} ${found.reason}: ${found.message}`;
}

/** Calls `ask` until it answers. */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  what: string | (() => string),
  limitMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

async function listen(answer: (path: string) => Uint8Array | number): Promise<Server> {
  const server = createServer((req, res) => {
    const found = answer(req.url ?? '');
    if (typeof found === 'number') res.writeHead(found).end();
    else res.writeHead(200, { 'content-length': found.length }).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

import type { KubeObject } from '@sluice/api';
import { startApiServer, type ApiServer, type RequestRecord } from '@sluice/apiserver';
import { connectKube, type Connection, type KubeClient, loadConnection, type Resource } from '@sluice/kube';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appGvk, appKey, otherGvk, type App } from './app.ts';

/** A real API server that serves `App` and `Other`, and a client of it. */
export interface Cluster extends AsyncDisposable {
  readonly server: ApiServer;
  readonly kube: KubeClient;
  readonly connection: Connection;
  /** All answered requests so far. */
  readonly requests: readonly RequestRecord[];
  resource(gvk: { group: string; version: string; kind: string }): Promise<Resource>;
  create(name: string, spec?: App['spec'], rest?: Partial<App['metadata']>): Promise<App>;
  get(name: string): Promise<App | undefined>;
  patch(name: string, patch: unknown, subresource?: 'status'): Promise<App>;
  request(name: string, at: string): Promise<App>;
  remove(name: string): Promise<void>;
  /** Reads the object until `reached` says yes. */
  until(name: string, reached: (app: App) => boolean): Promise<App>;
  gone(name: string): Promise<void>;
  events(name: string): Promise<readonly KubeObject[]>;
}

export async function startCluster(): Promise<Cluster> {
  const requests: RequestRecord[] = [];
  const server = await startApiServer({ log: (record) => requests.push(record) });
  const dir = await mkdtemp(join(tmpdir(), 'sluice-runtime-'));
  const kubeconfig = join(dir, 'kubeconfig');
  await server.writeKubeconfig(kubeconfig);
  const connection = await loadConnection({ kubeconfig });
  const kube = connectKube(connection, 'runtime-test');
  const resource: Cluster['resource'] = async (gvk) => {
    const found = await kube.resource(gvk);
    if (found === undefined) throw new Error(`${gvk.kind} is not served`);
    return found;
  };
  await createCrd(kube, 'App', 'apps');
  await createCrd(kube, 'Other', 'others');
  const app = await until(() => kube.resource(appGvk), 'App to be served');
  await until(() => kube.resource(otherGvk), 'Other to be served');
  const get = (name: string) => kube.get<App>(app, appKey(name));
  const patch: Cluster['patch'] = (name, body, subresource) =>
    kube.patch(app, appKey(name), body, { type: 'merge', ...(subresource !== undefined && { subresource }) });
  return {
    server,
    kube,
    connection,
    requests,
    resource,
    create: (name, spec = {}, rest = {}) =>
      kube.create<App>(app, {
        apiVersion: 'test.sluice.dev/v1',
        kind: 'App',
        metadata: { name, namespace: 'default', ...rest },
        spec,
      }),
    get,
    patch,
    request: (name, at) => patch(name, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } }),
    remove: (name) => kube.delete(app, appKey(name)),
    until: (name, reached) =>
      until(async () => {
        const found = await get(name);
        return found !== undefined && reached(found) ? found : undefined;
      }, `App ${name}`),
    gone: async (name) => {
      await until(async () => ((await get(name)) === undefined ? true : undefined), `App ${name} to be gone`);
    },
    events: async (name) => {
      const list = await kube.list<KubeObject>(await resource({ group: '', version: 'v1', kind: 'Event' }), {
        fieldSelector: `involvedObject.name=${name}`,
      });
      return list.items;
    },
    async [Symbol.asyncDispose]() {
      await kube[Symbol.asyncDispose]();
      await server.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** Calls `ask` until it answers. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited 15 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

async function createCrd(kube: KubeClient, kind: string, plural: string): Promise<void> {
  const resource = await kube.resource({
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
  });
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await kube.create(resource!, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.test.sluice.dev` },
    spec: {
      group: 'test.sluice.dev',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
        },
      ],
    },
  });
}

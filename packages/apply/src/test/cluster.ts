import type { KubeObject } from '@sluice/api';
import { gvkOf, keyOf } from '@sluice/api';
import { startApiServer, type RequestRecord } from '@sluice/apiserver';
import { connectKube, type KubeClient, type Resource } from '@sluice/kube';
import { normalise, type InventoryEntry, type Known, type ObjectId, type Observed } from '@sluice/plan';
import type { AppliedObject, ApplyOptions } from '../options.ts';

export const owner = { name: 'apps', namespace: 'flux' };

/** An embedded API server with the namespace `shop`, and what a run over it needs. */
export interface TestCluster extends AsyncDisposable {
  readonly kube: KubeClient;
  readonly records: RequestRecord[];
  /** Sets the clock of the server and of the run forward. */
  advance(ms: number): void;
  readonly options: ApplyOptions;
  /** What was written ahead, one list per run that wrote. */
  readonly ahead: (readonly InventoryEntry[])[];
  /** How the objects were left; `remember` fills it. */
  readonly known: Map<string, Known>;
  observed: (id: ObjectId) => Observed | undefined;
  /** Requests to objects while `work` runs: `patch configmaps`. */
  count<T>(work: () => Promise<T>): Promise<{ result: T; requests: string[] }>;
  read(apiVersion: string, kind: string, name: string, namespace?: string): Promise<KubeObject | undefined>;
  /** As another manager does it. */
  edit(object: KubeObject, patch: unknown, manager: string): Promise<KubeObject>;
  resource(object: Pick<KubeObject, 'apiVersion' | 'kind'>): Promise<Resource>;
}

export async function startCluster(): Promise<TestCluster> {
  const records: RequestRecord[] = [];
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const server = await startApiServer({ now, log: (record) => records.push(record) });
  const connection = { server: server.url, ca: server.caPem, token: () => server.token, namespace: 'default' };
  const kube = connectKube(connection, 'apply-test');
  const known = new Map<string, Known>();
  const ahead: (readonly InventoryEntry[])[] = [];
  const resource = async (object: Pick<KubeObject, 'apiVersion' | 'kind'>) => {
    const found = await kube.resource(gvkOf(object));
    if (found === undefined) throw new Error(`the server has no ${object.kind}`);
    return found;
  };
  const cluster: TestCluster = {
    kube,
    records,
    known,
    ahead,
    observed: () => undefined,
    resource,
    advance: (ms) => void (aheadMs += ms),
    options: {
      kube,
      signal: new AbortController().signal,
      now,
      fence: async () => {},
      failpoint: async () => {},
      known,
      observe: (id) => cluster.observed(id),
      beforeWrite: async (entries) => void ahead.push(entries),
      recreateTimeoutMs: 2000,
    },
    async count(work) {
      const before = records.length;
      const result = await work();
      const requests = records.slice(before).filter(({ verb, resource: name }) => verb !== '' && name !== '');
      return { result, requests: requests.map(({ verb, resource: name }) => `${verb} ${name}`) };
    },
    async read(apiVersion, kind, name, namespace = 'shop') {
      return await kube.get(await resource({ apiVersion, kind }), { namespace, name });
    },
    async edit(object, patch, manager) {
      const target = await resource(object);
      return await kube.patch(target, keyOf(object), patch, { type: 'merge', fieldManager: manager });
    },
    async [Symbol.asyncDispose]() {
      await kube[Symbol.asyncDispose]();
      await server.close();
    },
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  await kube.create(await resource(namespace), namespace);
  return cluster;
}

export function manifest(
  apiVersion: string,
  kind: string,
  name: string,
  fields: Record<string, unknown> = {},
): KubeObject {
  const { metadata = {}, ...rest } = fields as { metadata?: Record<string, unknown> };
  const object = { apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, ...rest };
  return normalise(object as KubeObject, { owner });
}

export function configMap(
  name: string,
  data: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
): KubeObject {
  return manifest('v1', 'ConfigMap', name, { data, metadata });
}

export function actions(applied: readonly AppliedObject[]): string[] {
  return applied.map(({ id, action }) => `${id.kind}/${id.name} ${action}`);
}

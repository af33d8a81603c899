import { type KubeObject, type ObjectKey } from '@sluice/api';
import type { Resource } from '@sluice/kube';
import type { Cluster } from '../cluster.ts';
import { UsageError, type FlagValues } from '../command.ts';
import type { KindInfo } from '../kinds.ts';

/** @throws UsageError when neither a name nor `--all` was given; asked before a cluster is */
export function requireNames(info: KindInfo, args: readonly string[], flags: FlagValues): void {
  if (args.length === 0 && flags['all'] !== true) throw new UsageError(`${info.human} name is required`);
}

/** The names that are meant: those given, each once, or all of the namespace. */
export async function namesOf(cluster: Cluster, resource: Resource, args: readonly string[]): Promise<string[]> {
  if (args.length > 0) return [...new Set(args)];
  const list = await cluster.kube.list<KubeObject>(resource, { namespace: cluster.namespace, signal: cluster.signal });
  if (list.items.length === 0) throw new Error('no objects found');
  return list.items.map((object) => object.metadata.name).toSorted();
}

/** @returns whether there was such an object */
export async function setSuspend(
  cluster: Cluster,
  resource: Resource,
  key: ObjectKey,
  suspend: boolean,
): Promise<boolean> {
  const object = await cluster.kube.get<KubeObject>(resource, key, { signal: cluster.signal });
  if (object === undefined) return false;
  await cluster.kube.patch(resource, key, { spec: { suspend } }, { type: 'merge', signal: cluster.signal });
  return true;
}

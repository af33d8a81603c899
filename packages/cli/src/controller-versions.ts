import type { KubeObject } from '@sluice/api';
import { connectCluster } from './cluster.ts';
import type { FlagValues } from './command.ts';
import type { Io } from './io.ts';

interface Deployment extends KubeObject {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

/** Image name → tag of the controllers' Deployments, sorted. @throws Error when there are none */
export async function controllerVersions(flags: FlagValues, io: Io): Promise<Record<string, string>> {
  await using cluster = await connectCluster(flags, io);
  const resource = await cluster.kube.resource({ group: 'apps', version: 'v1', kind: 'Deployment' }, cluster.signal);
  const list =
    resource === undefined
      ? { items: [] }
      : await cluster.kube.list<Deployment>(resource, {
          namespace: cluster.namespace,
          labelSelector: 'app.kubernetes.io/part-of in (flux,sluice)',
          signal: cluster.signal,
        });
  if (list.items.length === 0) throw new Error(`no deployments found in ${cluster.namespace} namespace`);
  const images = list.items.flatMap((deployment) =>
    deployment.spec.template.spec.containers.map((container) => container.image),
  );
  return Object.fromEntries(images.map(nameAndTag).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** An image that is pinned by digest shows its tag, or the digest where it has none. */
function nameAndTag(image: string): [string, string] {
  const [reference = '', digest] = image.split('@');
  const base = reference.slice(reference.lastIndexOf('/') + 1);
  const colon = base.indexOf(':');
  const version = colon < 0 ? digest : base.slice(colon + 1);
  if (version === undefined) throw new Error(`missing image tag in image ${image}`);
  return [colon < 0 ? base : base.slice(0, colon), version];
}

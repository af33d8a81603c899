import { gvkOf, type GroupVersionKind, type KubeObject } from '@sluice/api';

/** Which object, whatever its version. `namespace` is `''` for cluster-scoped kinds, `group` for core kinds. */
export interface ObjectId {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** As written in the manifest; a cluster-scoped object may carry a namespace there. */
export function idOf(object: KubeObject): ObjectId {
  const { group, kind } = gvkOf(object);
  return { group, kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** `Deployment/shop/web`, or `Namespace/shop` for a cluster-scoped object. */
export function formatSubject(id: Pick<ObjectId, 'kind' | 'namespace' | 'name'>): string {
  return [id.kind, id.namespace, id.name].filter((part) => part !== '').join('/');
}

/** `ConfigMap.v1.[noGrp]`, as build errors print a kind. */
export function formatKind(gvk: GroupVersionKind): string {
  return `${gvk.kind}.${gvk.version}.${gvk.group === '' ? '[noGrp]' : gvk.group}`;
}

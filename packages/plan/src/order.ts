import type { ObjectId } from './identity.ts';

// Rank depends on the kind only, not on its group. @see spec kustomization-controller §11.2
const first = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
const ranks = new Map([
  ...first.map((kind, index) => [kind, index] as const),
  ...last.map((kind, index) => [kind, first.length + 1 + index] as const),
]);

/** Where a kind stands in the order of applying: what others need comes first, what may block others comes last. */
export function rankOf(kind: string): number {
  return ranks.get(kind) ?? first.length;
}

/** The order of applying; reversed, it is the order of deleting. */
export function compareIds(a: ObjectId, b: ObjectId): number {
  return (
    rankOf(a.kind) - rankOf(b.kind) ||
    compareText(a.group, b.group) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name)
  );
}

/** Neighbours of one rank together: inside such a group no object needs another. */
export function groupByRank<T>(items: readonly T[], kindOf: (item: T) => string): T[][] {
  const groups: T[][] = [];
  let rank: number | undefined;
  for (const item of items) {
    const next = rankOf(kindOf(item));
    if (next === rank) groups.at(-1)?.push(item);
    else groups.push([item]);
    rank = next;
  }
  return groups;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

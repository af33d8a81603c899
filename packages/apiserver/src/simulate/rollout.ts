import type { KubeObject } from '@sluice/api';
import type { SystemClient } from '../controllers/system-client.ts';
import { jsonEqual, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { ownedBy } from './controller.ts';

export const hashLabel = 'pod-template-hash';

/** A Deployment with the ReplicaSets it owns. */
export interface Rollout {
  readonly deployment: KubeObject;
  readonly current: KubeObject | undefined;
  readonly older: readonly KubeObject[];
}

export function readRollout(client: SystemClient, deployment: KubeObject): Rollout {
  const sets = ownedBy(client, 'apps/replicasets', deployment);
  const { template } = recordOf(deployment.spec);
  const current = sets.find((set) => jsonEqual(withoutHash(recordOf(set.spec).template), template));
  return { deployment, current, older: sets.filter((set) => set !== current) };
}

function withoutHash(template: unknown): JsonRecord {
  const { metadata, ...rest } = recordOf(template);
  const { labels, ...others } = recordOf(metadata);
  const { [hashLabel]: _, ...kept } = recordOf(labels);
  return { ...rest, metadata: { ...others, ...(Object.keys(kept).length === 0 ? {} : { labels: kept }) } };
}

/** How many pods there may be, and how many of them may be missing, while a Deployment rolls out. */
export interface Limits {
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

export function limitsOf(deployment: KubeObject): Limits {
  const spec = recordOf(deployment.spec);
  const replicas = numberOf(spec.replicas);
  const strategy = recordOf(spec.strategy);
  if (strategy.type === 'Recreate') return { replicas, maxSurge: 0, maxUnavailable: replicas };
  const rolling = recordOf(strategy.rollingUpdate);
  const maxSurge = resolve(rolling.maxSurge, replicas, Math.ceil);
  const maxUnavailable = resolve(rolling.maxUnavailable, replicas, Math.floor);
  // With neither there would be no way forward.
  return { replicas, maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

/** A number, or a percentage of `total`. */
function resolve(value: unknown, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  return round((Number.parseInt(stringOf(value), 10) / 100) * total) || 0;
}

export function sizeOf(set: KubeObject | undefined): number {
  return numberOf(recordOf(set?.spec).replicas);
}

export function countOf(set: KubeObject | undefined, field: string): number {
  return numberOf(recordOf(set?.status)[field]);
}

export function sum(sets: readonly KubeObject[], count: (set: KubeObject) => number): number {
  return sets.reduce((total, set) => total + count(set), 0);
}

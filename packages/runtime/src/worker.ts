import type { GroupVersionKind, KubeObject } from '@sluice/api';
import type { KubeClient, Resource } from '@sluice/kube';
import type { WorkQueue } from '@sluice/queue';
import type { ObjectCache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Failpoint } from './failpoints.ts';
import type { Kind, Logger, ReconcileEvent } from './kind.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { Redactor } from './redact.ts';
import type { Wakes } from './wakes.ts';

/** What the runs of one kind work with. The same for all of them. */
export interface Worker {
  readonly kind: Kind;
  readonly resource: Resource;
  /** The objects of the kind. */
  readonly cache: ObjectCache;
  /** The cache of another kind, where one holds its whole objects. */
  readonly cacheOf: (gvk: GroupVersionKind) => ObjectCache | undefined;
  readonly kube: KubeClient;
  readonly queue: WorkQueue;
  readonly wakes: Wakes;
  readonly metrics: RuntimeMetrics;
  readonly sendEvent: (object: KubeObject, event: ReconcileEvent) => void;
  readonly log: Logger;
  readonly redact: Redactor;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly failpoint: Failpoint;
  /** Jitter of the interval, as a fraction of it. */
  readonly jitter: number;
  /** Has shutdown begun? Runs then stop at their next fence. */
  readonly isStopping: () => boolean;
}

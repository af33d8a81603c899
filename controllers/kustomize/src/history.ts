import { formatDuration, toRfc3339, type KustomizationStatus } from '@sluice/api';

type Snapshot = NonNullable<KustomizationStatus['history']>[number];

const maxSnapshots = 5;

export interface Result {
  /** Of the manifests. */
  readonly digest: string;
  /** Reason of Ready. */
  readonly status: string;
  readonly durationMs: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Runs of the same result that wrote nothing. */
  readonly quietRuns?: number;
}

/** The last results, newest first: one entry per digest and status. @see spec kustomization-controller §16.4 */
export function recordResult(history: readonly Snapshot[] | undefined, result: Result, now: Date): Snapshot[] {
  const { digest, status, durationMs, metadata, quietRuns = 0 } = result;
  const isSame = (entry: Snapshot) => entry.digest === digest && entry.lastReconciledStatus === status;
  const old = history?.find(isSame);
  const time = toRfc3339(now);
  const next: Snapshot = {
    digest,
    firstReconciled: old?.firstReconciled ?? time,
    lastReconciled: time,
    lastReconciledDuration: formatDuration(durationMs),
    lastReconciledStatus: status,
    totalReconciliations: (old === undefined ? 0 : old.totalReconciliations + quietRuns) + 1,
    metadata,
  };
  return [next, ...(history ?? []).filter((entry) => !isSame(entry))].slice(0, maxSnapshots);
}

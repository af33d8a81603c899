import {
  findCondition,
  isTrue,
  removeConditions,
  setCondition,
  type Condition,
  type GitRepositoryStatus,
  type NewCondition,
} from '@sluice/api';
import type { SummaryOrder } from '../summary.ts';

export type FailureType = 'FetchFailed' | 'IncludeUnavailable' | 'StorageOperationFailed';

/** Conditions whose end is worth an event. */
export const failureTypes: readonly FailureType[] = ['FetchFailed', 'IncludeUnavailable', 'StorageOperationFailed'];

export const summaryOrder: SummaryOrder = {
  types: [
    'StorageOperationFailed',
    'FetchFailed',
    'IncludeUnavailable',
    'ArtifactOutdated',
    'ArtifactInStorage',
    'SourceVerified',
    'Stalled',
    'Reconciling',
  ],
  negative: new Set([...failureTypes, 'ArtifactOutdated', 'Stalled', 'Reconciling']),
  overriding: 'SourceVerified',
};

/** At which generation and time conditions are set. */
export interface Stamp {
  readonly generation: number;
  readonly now: Date;
}

/**
 * The status at the start of the first run for a generation, `undefined` when that was said already.
 * @see spec source, "ProgressiveStatus"
 */
export function started(status: GitRepositoryStatus, stamp: Stamp): GitRepositoryStatus | undefined {
  const { observedGeneration = -1, conditions } = status;
  const reconciling = findCondition(conditions, 'Reconciling');
  if (observedGeneration === stamp.generation || reconciling?.observedGeneration === stamp.generation) return undefined;
  const message = `processing object: new generation ${observedGeneration} -> ${stamp.generation}`;
  const ready = findCondition(conditions, 'Ready');
  const next = progressing(status, message, stamp);
  // An object that is ready, or is not, stays so until real work begins.
  return ready === undefined || ready.status === 'Unknown' ? next : withReady(next, ready);
}

/** The status while work goes on that changes the artifact: Ready is unknown until it is done. */
export function progressing(
  status: GitRepositoryStatus,
  message: string,
  { generation, now }: Stamp,
): GitRepositoryStatus {
  const working = { reason: 'Progressing', message, observedGeneration: generation };
  const reconciling = setCondition(
    removeConditions(status.conditions ?? [], 'Stalled'),
    { ...working, type: 'Reconciling', status: 'True' },
    now,
  );
  return { ...status, conditions: setCondition(reconciling, { ...working, type: 'Ready', status: 'Unknown' }, now) };
}

function withReady(status: GitRepositoryStatus, ready: Condition): GitRepositoryStatus {
  return { ...status, conditions: status.conditions?.map((item) => (item.type === 'Ready' ? ready : item)) ?? [] };
}

/** `status` with one condition more, stamped with the generation. */
export function withCondition(
  status: GitRepositoryStatus,
  condition: Omit<NewCondition, 'observedGeneration'>,
  { generation, now }: Stamp,
): GitRepositoryStatus {
  const conditions = setCondition(status.conditions ?? [], { ...condition, observedGeneration: generation }, now);
  return { ...status, conditions };
}

export function withoutConditions(status: GitRepositoryStatus, ...types: string[]): GitRepositoryStatus {
  return status.conditions === undefined
    ? status
    : { ...status, conditions: removeConditions(status.conditions, ...types) };
}

/** The status once the artifact of the wanted revision is in the store. */
export function stored(status: GitRepositoryStatus, revision: string, stamp: Stamp): GitRepositoryStatus {
  return withCondition(
    withoutConditions(status, ...failureTypes, 'ArtifactOutdated'),
    {
      type: 'ArtifactInStorage',
      status: 'True',
      reason: 'Succeeded',
      message: `stored artifact for revision '${revision}'`,
    },
    stamp,
  );
}

/**
 * The status after a failure: `type` holds, and what the run has shown to be well until then no longer fails.
 * @see spec source, "GitRepository", "Source step, in order"
 */
export function failed(
  status: GitRepositoryStatus,
  { type, reason, message }: { type: FailureType | 'SourceVerified' | undefined; reason: string; message: string },
  stamp: Stamp,
): GitRepositoryStatus {
  const before = inProgress(withoutConditions(status, ...provenWell(type, reason)), stamp);
  if (type === undefined) return before;
  const state = type === 'SourceVerified' ? 'False' : 'True';
  return withCondition(before, { type, status: state, reason, message }, stamp);
}

/** Work goes on until it has come to its end: the runtime makes of it that it is tried again. */
function inProgress(status: GitRepositoryStatus, stamp: Stamp): GitRepositoryStatus {
  if (findCondition(status.conditions, 'Reconciling') !== undefined) return status;
  const message = 'reconciliation in progress';
  return withCondition(status, { type: 'Reconciling', status: 'True', reason: 'Progressing', message }, stamp);
}

const remoteReasons = new Set(['GitOperationFailed', 'EmptyGitRepository']);

function provenWell(type: FailureType | 'SourceVerified' | undefined, reason: string): FailureType[] {
  if (type === 'SourceVerified') return [...failureTypes];
  if (type === 'StorageOperationFailed') return ['FetchFailed', 'IncludeUnavailable'];
  // The repository is asked after the includes were found, but addressed and authenticated before.
  if (type === 'FetchFailed' && remoteReasons.has(reason)) return ['StorageOperationFailed', 'IncludeUnavailable'];
  return ['StorageOperationFailed'];
}

/** Whether the stored status is what a run without anything to do leaves behind. */
export function isSettled(conditions: readonly Condition[] | undefined): boolean {
  const isOpen = findCondition(conditions, 'Reconciling') ?? findCondition(conditions, 'Stalled');
  return isTrue(conditions, 'Ready') && isOpen === undefined;
}

/** Whether a failure that the stored status tells of is over. */
export function isRecovery(before: GitRepositoryStatus | undefined): boolean {
  return failureTypes.some((type) => findCondition(before?.conditions, type) !== undefined);
}

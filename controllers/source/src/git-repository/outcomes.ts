import { isDeepStrictEqual } from 'node:util';
import type { Artifact, GitRepository, GitRepositoryStatus, ReconcileError } from '@sluice/api';
import type { ReconcileEvent } from '@sluice/runtime';
import {
  failed,
  isRecovery,
  isSettled,
  stored,
  withCondition,
  withoutConditions,
  type FailureType,
  type Stamp,
} from './conditions.ts';
import { observedContent, verificationMode, withoutObserved, type Included } from './content.ts';
import { stampOf, type GitContext, type GitOutcome } from './deps.ts';
import type { Made } from './make-artifact.ts';

/** The artifact in the store is that of the wanted revision. */
export function upToDate(repo: GitRepository, artifact: Artifact, ctx: GitContext): GitOutcome {
  const { revision } = artifact;
  const before = ctx.status();
  const status = stored({ ...withoutVerification(repo, before), artifact }, revision, stampOf(repo, ctx));
  if (isSettled(repo.status?.conditions) && isDeepStrictEqual(status, before)) return { type: 'unchanged' };
  const message = `no changes since last reconciliation: observed revision '${revision}'`;
  const events: ReconcileEvent[] = [{ severity: 'trace', reason: 'GitOperationSucceeded', message }];
  if (isRecovery(repo.status)) events.push(storedEvent('Succeeded', artifact, revision));
  return { type: 'done', status, events };
}

/** A new artifact is in the store. */
export function storedOutcome(
  repo: GitRepository,
  { artifact, included, subject, verified }: Made & { included: readonly Included[] },
  ctx: GitContext,
): GitOutcome {
  const stamp = stampOf(repo, ctx);
  const before = withoutVerification(repo, withoutObserved(ctx.status()));
  const status = stored({ ...before, artifact, ...observedContent(repo, included) }, artifact.revision, stamp);
  const isNew = repo.status?.artifact?.digest !== artifact.digest;
  const reason = isNew ? 'NewArtifact' : isRecovery(repo.status) ? 'Succeeded' : undefined;
  const events = reason === undefined ? [] : [storedEvent(reason, artifact, subject)];
  if (verified === undefined) return { type: 'done', status, events };
  const succeeded = { reason: 'Succeeded', message: verified };
  return {
    type: 'done',
    status: {
      ...withCondition(status, { type: 'SourceVerified', status: 'True', ...succeeded }, stamp),
      sourceVerificationMode: verificationMode(repo.spec.verify?.mode),
    },
    events: [{ severity: 'trace', ...succeeded }, ...events],
  };
}

/** What was verified once says nothing when nothing is to be verified any more, and a failure nothing about this run. */
function withoutVerification({ spec }: GitRepository, status: GitRepositoryStatus): GitRepositoryStatus {
  if (spec.verify !== undefined) return status;
  const { sourceVerificationMode: _mode, ...rest } = status;
  return withoutConditions(rest, 'SourceVerified');
}

function storedEvent(reason: string, { revision, digest }: Artifact, subject: string): ReconcileEvent {
  return {
    severity: 'info',
    reason,
    message: `stored artifact for commit '${subject}'`,
    metadata: { 'source.toolkit.fluxcd.io/revision': revision, 'source.toolkit.fluxcd.io/digest': digest },
  };
}

export function failedOutcome(error: ReconcileError, status: GitRepositoryStatus, stamp: Stamp): GitOutcome {
  const { reason, message, retry } = error;
  // Only conditions of the table in conditions.ts are ever named by errors of this kind.
  const type = error.condition as FailureType | 'SourceVerified' | undefined;
  const next = failed(status, { type, reason, message }, stamp);
  const outcome = { status: next, reason, message, events: [{ severity: 'error', reason, message } as const] };
  if (retry === 'stalled') return { type: 'stalled', ...outcome };
  return { type: 'retry', ...outcome, ...(typeof retry === 'object' && { afterMs: retry.afterMs }) };
}

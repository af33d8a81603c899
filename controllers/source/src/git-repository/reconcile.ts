import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import {
  gitRepositoryGvk,
  parseDuration,
  ReconcileError,
  toRfc3339,
  type Artifact,
  type GitRepository,
  type GitRepositoryStatus,
} from '@sluice/api';
import { artifactUrl, type DigestAlgorithm } from '@sluice/artifact';
import type { Compute } from '@sluice/compute';
import {
  GitError,
  parseRepositoryUrl,
  type FetchedPacks,
  type GitClient,
  type RemoteRepository,
  type Resolved,
} from '@sluice/git';
import type { Context, Outcome, ReconcileEvent } from '@sluice/runtime';
import { checkStorage, fileErrorText, storeFolder, type StorageDeps } from '../storage.ts';
import type { BuildInput, BuildOutput } from './build-git-artifact-task.ts';
import {
  failed,
  isRecovery,
  isSettled,
  progressing,
  stored,
  withCondition,
  withoutConditions,
  type FailureType,
  type Stamp,
} from './conditions.ts';
import {
  hasContentConfigChanged,
  haveIncludesMoved,
  modernRevision,
  observedContent,
  type Included,
} from './content.ts';
import { gitOperationFailed } from './errors.ts';
import { readIncludes } from './includes.ts';
import { readGitAccess } from './secrets.ts';

export interface GitRepositoryDeps extends StorageDeps {
  readonly git: GitClient;
  readonly compute: Compute;
  /** Until missing includes are looked for again. */
  readonly requeueDependencyMs: number;
  readonly digestAlgorithm: DigestAlgorithm;
  /** Of the compressed archive. */
  readonly maxArtifactBytes: number;
}

type GitContext = Context<GitRepositoryStatus>;
type GitOutcome = Outcome<GitRepositoryStatus>;

const buildTask = new URL('./build-git-artifact-task.ts', import.meta.url);
const buildTimeoutMs = 600_000;
const defaultTimeoutMs = 60_000;

/**
 * Brings the commit that the reference means now into the store.
 * @see spec source, "GitRepository"; crash table A of spec security-reliability
 */
export async function reconcileGitRepository(
  repo: GitRepository,
  deps: GitRepositoryDeps,
  ctx: GitContext,
): Promise<GitOutcome> {
  try {
    return await reconcile(repo, deps, ctx);
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
    return failedOutcome(error, ctx.status(), stampOf(repo, ctx));
  }
}

async function reconcile(repo: GitRepository, deps: GitRepositoryDeps, ctx: GitContext): Promise<GitOutcome> {
  const folder = storeFolder(gitRepositoryGvk.kind, repo.metadata);
  const artifact = await checkStorage(folder, repo.status?.artifact, { deps, ctx });
  if (artifact === undefined) await reportMissing(repo, ctx);

  const remote = await connect(repo, deps, ctx);
  const includes = await readIncludes(repo, ctx);
  if (includes.type === 'unavailable') return waitForIncludes(repo, includes, { deps, ctx });
  const { included } = includes;
  if (artifact !== undefined && haveIncludesMoved(ctx.status(), included)) await reportIncludeChange(repo, ctx);

  const resolved = await ask(() => remote.resolve(repo.spec.ref ?? {}, timeLimit(repo, ctx)));
  const isCurrent = artifact !== undefined && modernRevision(artifact.revision) === resolved.revision;
  if (isCurrent && !hasContentConfigChanged(repo, ctx.status(), included)) {
    return upToDate(repo, artifact, ctx);
  }

  const fetched = await ask(() => remote.fetch(resolved, timeLimit(repo, ctx)));
  await ctx.failpoint('source/after-fetch');
  if (!isCurrent) await reportNewRevision(repo, artifact, resolved, ctx);

  const { next, subject } = await archive(repo, { fetched, resolved, included }, { deps, ctx });
  return storedOutcome(repo, { artifact: next, included, subject }, ctx);
}

/** A lost artifact is gone from the status before the next one is there: nobody shall wait for what cannot be read. */
async function reportMissing(repo: GitRepository, ctx: GitContext): Promise<void> {
  const { artifact, ...status } = ctx.status();
  const isRetry = artifact === undefined && isReadyKnown(status, repo.metadata.generation);
  if (isRetry) return;
  const message = artifact === undefined ? 'building artifact' : 'building artifact: disappeared from storage';
  const next = withoutConditions(status, 'ArtifactInStorage');
  await ctx.progress(progressing(next, message, stampOf(repo, ctx)));
  await ctx.failpoint('source/after-progress');
}

/** Whether an attempt at this generation has already ended: the next one must not make Ready flicker. */
function isReadyKnown({ conditions = [] }: GitRepositoryStatus, generation: number | undefined): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready !== undefined && ready.status !== 'Unknown' && ready.observedGeneration === generation;
}

async function connect(repo: GitRepository, { git }: GitRepositoryDeps, ctx: GitContext): Promise<RemoteRepository> {
  try {
    const address = parseRepositoryUrl(repo.spec.url);
    return git.repository(address, await readGitAccess(repo, address, ctx));
  } catch (error) {
    throw error instanceof GitError ? gitOperationFailed(error) : error;
  }
}

function waitForIncludes(
  repo: GitRepository,
  { reason, message }: { reason: string; message: string },
  { deps, ctx }: { deps: GitRepositoryDeps; ctx: GitContext },
): GitOutcome {
  const namespace = repo.metadata.namespace ?? '';
  const includes = repo.spec.include ?? [];
  ctx.wakeOn(includes.map(({ repository: { name } }) => ({ gvk: gitRepositoryGvk, key: { namespace, name } })));
  return {
    type: 'waiting',
    status: failed(ctx.status(), { type: 'IncludeUnavailable', reason, message }, stampOf(repo, ctx)),
    until: new Date(ctx.now().getTime() + deps.requeueDependencyMs),
    events: [{ severity: 'trace', reason, message }],
  };
}

async function reportIncludeChange(repo: GitRepository, ctx: GitContext): Promise<void> {
  const message = 'included artifacts differ from last observed includes';
  await ctx.progress(progressing(ctx.status(), `building artifact: ${message}`, stampOf(repo, ctx)));
}

async function reportNewRevision(
  repo: GitRepository,
  artifact: Artifact | undefined,
  { revision }: Resolved,
  ctx: GitContext,
): Promise<void> {
  const stamp = stampOf(repo, ctx);
  const message = `new upstream revision '${revision}'`;
  const outdated = { type: 'ArtifactOutdated', status: 'True', reason: 'NewRevision', message } as const;
  const status = withoutConditions(ctx.status(), 'FetchFailed');
  const next = artifact === undefined ? status : withCondition(status, outdated, stamp);
  await ctx.progress(progressing(next, `building artifact: ${message}`, stamp));
}

/** Packs → archive → store. Only the last step can be seen by others. */
async function archive(
  repo: GitRepository,
  { fetched, resolved, included }: { fetched: FetchedPacks; resolved: Resolved; included: readonly Included[] },
  { deps, ctx }: { deps: GitRepositoryDeps; ctx: GitContext },
): Promise<{ next: Artifact; subject: string }> {
  const folder = storeFolder(gitRepositoryGvk.kind, repo.metadata);
  await using staged = await deps.store.stage(folder).catch((error: unknown) => {
    throw storageFailed('DirectoryCreationFailed', 'failed to create artifact directory', error);
  });
  await ctx.failpoint('source/after-stage');
  const input: BuildInput = {
    file: staged.path,
    fetched,
    resolved,
    sparseCheckout: repo.spec.sparseCheckout ?? [],
    includes: included.map(({ artifact, ...paths }) => ({
      ...paths,
      file: join(deps.store.root, artifact.path),
      digest: artifact.digest,
    })),
    ...(repo.spec.ignore !== undefined && { ignore: repo.spec.ignore }),
    algorithm: deps.digestAlgorithm,
    maxBytes: deps.maxArtifactBytes,
  };
  const { digest, size, subject } = await build(input, { deps, ctx });
  await ctx.failpoint('source/after-write');
  await ctx.fence();
  const path = await deps.store
    .publish(staged, folder, {
      file: `${resolved.commit}.tar.gz`,
      digest,
      step: (name) => ctx.failpoint(`source/after-${name}`),
    })
    .catch((error: unknown) => {
      throw storageFailed('ArchiveOperationFailed', 'unable to archive artifact to storage', error);
    });
  const url = artifactUrl(deps.advertised, path);
  const next = { path, url, revision: resolved.revision, digest, size, lastUpdateTime: toRfc3339(ctx.now()) };
  return { next, subject };
}

async function build(
  input: BuildInput,
  { deps, ctx }: { deps: GitRepositoryDeps; ctx: GitContext },
): Promise<BuildOutput> {
  try {
    return await deps.compute.run<BuildInput, BuildOutput>(buildTask, input, {
      signal: ctx.signal,
      timeoutMs: buildTimeoutMs,
    });
  } catch (error) {
    if (error instanceof ReconcileError || ctx.signal.aborted) throw error;
    throw storageFailed('ArchiveOperationFailed', 'unable to archive artifact to storage', error);
  }
}

function upToDate(repo: GitRepository, artifact: Artifact, ctx: GitContext): GitOutcome {
  const { revision } = artifact;
  const before = ctx.status();
  const status = stored({ ...before, artifact }, revision, stampOf(repo, ctx));
  if (isSettled(before.conditions) && isDeepStrictEqual(status, before)) return { type: 'unchanged' };
  const message = `no changes since last reconciliation: observed revision '${revision}'`;
  const events: ReconcileEvent[] = [{ severity: 'trace', reason: 'GitOperationSucceeded', message }];
  if (isRecovery(repo.status)) events.push(storedEvent('Succeeded', artifact, revision));
  return { type: 'done', status, events };
}

function storedOutcome(
  repo: GitRepository,
  { artifact, included, subject }: { artifact: Artifact; included: readonly Included[]; subject: string },
  ctx: GitContext,
): GitOutcome {
  const {
    observedIgnore: _ignore,
    observedRecurseSubmodules: _submodules,
    observedInclude: _include,
    observedSparseCheckout: _sparse,
    includedArtifacts: _included,
    ...rest
  } = ctx.status();
  const status = stored(
    { ...rest, artifact, ...observedContent(repo, included) },
    artifact.revision,
    stampOf(repo, ctx),
  );
  const isNew = repo.status?.artifact?.digest !== artifact.digest;
  const reason = isNew ? 'NewArtifact' : isRecovery(repo.status) ? 'Succeeded' : undefined;
  return { type: 'done', status, events: reason === undefined ? [] : [storedEvent(reason, artifact, subject)] };
}

function storedEvent(reason: string, { revision, digest }: Artifact, subject: string): ReconcileEvent {
  return {
    severity: 'info',
    reason,
    message: `stored artifact for commit '${subject}'`,
    metadata: { 'source.toolkit.fluxcd.io/revision': revision, 'source.toolkit.fluxcd.io/digest': digest },
  };
}

function failedOutcome(error: ReconcileError, status: GitRepositoryStatus, stamp: Stamp): GitOutcome {
  const { reason, message, retry } = error;
  // Only conditions of the table in conditions.ts are ever named by errors of this kind.
  const type = error.condition as FailureType | undefined;
  const next = failed(status, { type, reason, message }, stamp);
  if (retry === 'stalled') return { type: 'stalled', status: next, reason, message };
  const afterMs = typeof retry === 'object' ? { afterMs: retry.afterMs } : {};
  return { type: 'retry', status: next, reason, message, ...afterMs };
}

async function ask<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof GitError ? gitOperationFailed(error) : error;
  }
}

/** Each operation on the remote repository has the whole of spec.timeout. */
function timeLimit({ spec }: GitRepository, { signal }: GitContext): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(parseDuration(spec.timeout, defaultTimeoutMs))]);
}

function stampOf({ metadata }: GitRepository, ctx: GitContext): Stamp {
  return { generation: metadata.generation ?? 0, now: ctx.now() };
}

function storageFailed(reason: string, what: string, error: unknown): ReconcileError {
  const message = `${what}: ${fileErrorText(error)}`;
  return new ReconcileError(reason, message, { condition: 'StorageOperationFailed', cause: error });
}

import {
  gitRepositoryGvk,
  parseDuration,
  ReconcileError,
  type Artifact,
  type GitRepository,
  type GitRepositoryStatus,
} from '@sluice/api';
import { GitError, parseRepositoryUrl, type GitAccess, type RepositoryUrl, type Resolved } from '@sluice/git';
import { KubeError } from '@sluice/kube';
import { checkStorage, storeFolder } from '../storage.ts';
import { failed, progressing, started, withCondition, withoutConditions } from './conditions.ts';
import { hasContentConfigChanged, haveIncludesMoved, modernRevision } from './content.ts';
import { stampOf, type GitContext, type GitOutcome, type GitRepositoryDeps } from './deps.ts';
import { gitOperationFailed } from './errors.ts';
import { readIncludes } from './includes.ts';
import { makeArtifact } from './make-artifact.ts';
import { failedOutcome, storedOutcome, upToDate } from './outcomes.ts';
import { readGitAccess } from './secrets.ts';
import { fetchSubmodules } from './submodules.ts';
import { readVerification } from './verification-keys.ts';

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
    const known = error instanceof KubeError ? new ReconcileError('Failed', error.message, { cause: error }) : error;
    if (!(known instanceof ReconcileError)) throw error;
    return failedOutcome(known, ctx.status(), stampOf(repo, ctx));
  }
}

async function reconcile(repo: GitRepository, deps: GitRepositoryDeps, ctx: GitContext): Promise<GitOutcome> {
  const first = started(ctx.status(), stampOf(repo, ctx));
  if (first !== undefined) await ctx.progress(first);
  const folder = storeFolder(gitRepositoryGvk.kind, repo.metadata);
  const artifact = await checkStorage(folder, repo.status?.artifact, { deps, ctx });
  if (artifact === undefined) await reportMissing(repo, ctx);

  const { address, access } = await readRemote(repo, deps, ctx);
  const includes = await readIncludes(repo, ctx);
  if (includes.type === 'unavailable') return waitForIncludes(repo, includes, { deps, ctx });
  const { included } = includes;
  if (artifact !== undefined && haveIncludesMoved(ctx.status(), included)) await reportIncludeChange(repo, ctx);

  // Each operation on a remote repository has the whole of spec.timeout.
  const timeLimit = (): AbortSignal =>
    AbortSignal.any([ctx.signal, AbortSignal.timeout(parseDuration(repo.spec.timeout, defaultTimeoutMs))]);
  using remote = deps.git.repository(address, access);
  const resolved = await ask(() => remote.resolve(repo.spec.ref ?? {}, timeLimit()));
  const isCurrent = artifact !== undefined && modernRevision(artifact.revision) === resolved.revision;
  if (isCurrent && !hasContentConfigChanged(repo, ctx.status(), included)) return upToDate(repo, artifact, ctx);

  const verify = await readVerification(repo, resolved, ctx);
  const fetched = await ask(() => remote.fetch(resolved, timeLimit()));
  const root = { path: '', fetched, resolved, address };
  const modules = repo.spec.recurseSubmodules ? await fetchSubmodules(root, access, { deps, ctx, timeLimit }) : [];
  await ctx.failpoint('source/after-fetch');
  if (!isCurrent) await reportNewRevision(repo, artifact, resolved, ctx);

  const made = await makeArtifact(repo, { fetched, resolved, modules, included, verify }, { deps, ctx });
  return storedOutcome(repo, { ...made, included }, ctx);
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

async function readRemote(
  repo: GitRepository,
  deps: GitRepositoryDeps,
  ctx: GitContext,
): Promise<{ address: RepositoryUrl; access: GitAccess }> {
  const mirror = deps.mirrorOf?.(repo.spec.url);
  if (mirror !== undefined) return { address: parseRepositoryUrl(mirror), access: { auth: {} } };
  const address = await ask(async () => parseRepositoryUrl(repo.spec.url));
  return { address, access: await readGitAccess(repo, address, ctx) };
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
  const stamp = stampOf(repo, ctx);
  const message = 'included artifacts differ from last observed includes';
  const outdated = { type: 'ArtifactOutdated', status: 'True', reason: 'IncludeChange', message } as const;
  const status = ctx.status();
  const next = status.includedArtifacts === undefined ? status : withCondition(status, outdated, stamp);
  await ctx.progress(progressing(next, `building artifact: ${message}`, stamp));
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

async function ask<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof GitError ? gitOperationFailed(error) : error;
  }
}

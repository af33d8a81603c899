import {
  fluxFinalizer,
  gitRepositoryGvk,
  keyOf,
  parseDuration,
  ReconcileError,
  type GitRepository,
  type GitRepositoryStatus,
  type KubeObject,
  type ObjectKey,
} from '@sluice/api';
import type { Context, Kind, Outcome, Trigger } from '@sluice/runtime';
import { fileErrorText, storeFolder } from '../storage.ts';
import { summarizeReady } from '../summary.ts';
import { sweepTrigger } from '../sweep-trigger.ts';
import { summaryOrder } from './conditions.ts';
import type { GitRepositoryDeps } from './deps.ts';
import { reconcileGitRepository } from './reconcile.ts';

export const controllerName = 'source-controller';

const fallbackIntervalMs = 60_000;

/** GitRepository, as the runtime runs it. */
export function gitRepositoryKind(deps: GitRepositoryDeps): Kind<GitRepositoryStatus, GitRepository> {
  return {
    gvk: gitRepositoryGvk,
    controller: controllerName,
    finalizer: fluxFinalizer,
    triggers: [includedTrigger, sweepTrigger(deps.store, gitRepositoryGvk)],
    intervalMs: (repo) => parseDuration(repo.spec.interval, fallbackIntervalMs),
    reconcile: (repo, ctx) => reconcileGitRepository(repo, deps, ctx),
    finalize: (repo, ctx) => finalizeGitRepository(repo, deps, ctx),
    summarize: (conditions, { metadata }, now) =>
      summarizeReady(conditions, summaryOrder, { generation: metadata.generation ?? 0, now }),
  };
}

/** Those that include a repository run when its files change, and not only at their interval. */
const includedTrigger: Trigger = {
  type: 'watch',
  gvk: gitRepositoryGvk,
  changed(old, next) {
    const artifact = artifactOf(next);
    const before = artifactOf(old);
    return artifact !== undefined && (artifact.revision !== before?.revision || artifact.digest !== before?.digest);
  },
  map(object, own): ObjectKey[] {
    const { namespace, name } = object.metadata;
    // The runtime hands in objects of this kind only.
    return (own as readonly GitRepository[])
      .filter(({ metadata, spec }) => metadata.namespace === namespace && includes(spec, name))
      .map(keyOf);
  },
};

function includes({ include = [] }: GitRepository['spec'], name: string): boolean {
  return include.some(({ repository }) => repository.name === name);
}

function artifactOf(object: KubeObject | undefined): NonNullable<GitRepositoryStatus['artifact']> | undefined {
  return (object as GitRepository | undefined)?.status?.artifact;
}

/** Removes everything that was stored for a deleted object. */
async function finalizeGitRepository(
  repo: GitRepository,
  { store }: GitRepositoryDeps,
  ctx: Context<GitRepositoryStatus>,
): Promise<Outcome<GitRepositoryStatus>> {
  const { artifact: _artifact, ...status } = ctx.status();
  try {
    const removed = await store.removeFolder(storeFolder(gitRepositoryGvk.kind, repo.metadata));
    const message = 'garbage collected artifacts for deleted resource';
    const reason = 'GarbageCollectionSucceeded';
    return { type: 'done', status, events: removed ? [{ severity: 'trace', reason, message }] : [] };
  } catch (error) {
    const message = `garbage collection for deleted resource failed: ${fileErrorText(error)}`;
    throw new ReconcileError('GarbageCollectionFailed', message, { cause: error });
  }
}

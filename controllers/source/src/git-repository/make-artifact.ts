import { join } from 'node:path';
import { gitRepositoryGvk, ReconcileError, toRfc3339, type Artifact, type GitRepository } from '@sluice/api';
import { artifactUrl } from '@sluice/artifact';
import type { FetchedPacks, Resolved } from '@sluice/git';
import { fileErrorText, storeFolder } from '../storage.ts';
import type { BuildInput, BuildOutput } from './build-git-artifact-task.ts';
import type { Included } from './content.ts';
import type { GitContext, GitRepositoryDeps } from './deps.ts';
import type { FetchedModule } from './submodules.ts';
import type { VerifyInput } from './verify.ts';

const buildTask = new URL('./build-git-artifact-task.ts', import.meta.url);
const buildTimeoutMs = 600_000;

/** All that an artifact is made of. */
export interface Materials {
  readonly fetched: FetchedPacks;
  readonly resolved: Resolved;
  readonly modules: readonly FetchedModule[];
  readonly included: readonly Included[];
  readonly verify: VerifyInput | undefined;
}

export interface Made extends Pick<BuildOutput, 'subject' | 'verified'> {
  readonly artifact: Artifact;
}

/**
 * Packs → archive → store. Only the last step can be seen by others.
 * @throws ReconcileError
 */
export async function makeArtifact(
  repo: GitRepository,
  { fetched, resolved, modules, included, verify }: Materials,
  { deps, ctx }: { deps: GitRepositoryDeps; ctx: GitContext },
): Promise<Made> {
  const folder = storeFolder(gitRepositoryGvk.kind, repo.metadata);
  await using staged = await deps.store.stage(folder).catch((error: unknown) => {
    throw storageFailed('DirectoryCreationFailed', 'failed to create artifact directory', error);
  });
  await ctx.failpoint('source/after-stage');
  const input: BuildInput = {
    file: staged.path,
    fetched,
    resolved,
    modules,
    sparseCheckout: repo.spec.sparseCheckout ?? [],
    includes: included.map(({ artifact, ...paths }) => ({
      ...paths,
      file: join(deps.store.root, artifact.path),
      digest: artifact.digest,
    })),
    ...(repo.spec.ignore !== undefined && { ignore: repo.spec.ignore }),
    ...(verify !== undefined && { verify }),
    algorithm: deps.digestAlgorithm,
    maxBytes: deps.maxArtifactBytes,
  };
  const { digest, size, ...told } = await build(input, { deps, ctx });
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
  const lastUpdateTime = toRfc3339(ctx.now());
  return { artifact: { path, url, revision: resolved.revision, digest, size, lastUpdateTime }, ...told };
}

async function build(
  input: BuildInput,
  { deps, ctx }: { deps: GitRepositoryDeps; ctx: GitContext },
): Promise<BuildOutput> {
  try {
    return await deps.compute.run<BuildInput, BuildOutput>(buildTask, input, {
      signal: ctx.signal,
      timeoutMs: buildTimeoutMs,
      transfer: movableBuffers(input),
    });
  } catch (error) {
    if (error instanceof ReconcileError || ctx.signal.aborted) throw error;
    throw storageFailed('ArchiveOperationFailed', 'unable to archive artifact to storage', error);
  }
}

/** Memory of packs that can move to the thread. Small ones share a piece of memory with others and are copied. */
function movableBuffers({ fetched, modules }: BuildInput): ArrayBuffer[] {
  const packs = [fetched, ...modules.map((module) => module.fetched)].flatMap(({ pack, history }) =>
    history === undefined ? [pack] : [pack, history],
  );
  return packs.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}

function storageFailed(reason: string, what: string, error: unknown): ReconcileError {
  const message = `${what}: ${fileErrorText(error)}`;
  return new ReconcileError(reason, message, { condition: 'StorageOperationFailed', cause: error });
}

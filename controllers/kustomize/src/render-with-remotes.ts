import { ReconcileError } from '@sluice/api';
import type { RepositoryOptions } from '@sluice/remote-bases';
import type { Deps } from './deps.ts';
import { packRepository, type PackedRemotes, type PackedRepository, type RemoteFile } from './packed-remotes.ts';
import type { Rendered, RenderInput } from './render.ts';
import type { RemoteNeed, RenderAnswer } from './render-kustomization-task.ts';

const renderTask = new URL('./render-kustomization-task.ts', import.meta.url);
const checkOutTask = new URL('./check-out-remote-task.ts', import.meta.url);

type Shared = Pick<Deps, 'compute' | 'settings'>;

/**
 * Renders in a thread. What the build refers to by URL is fetched here, so that no thread waits for the network, and the
 * build begins anew with it.
 * @throws ReconcileError, and what a thread or `signal` may throw
 */
export async function renderWithRemotes(input: RenderInput, deps: Shared, signal: AbortSignal): Promise<Rendered> {
  const { buildTimeoutMs, noRemoteBases } = deps.settings;
  const fetching = AbortSignal.any([signal, AbortSignal.timeout(buildTimeoutMs)]);
  let remotes: PackedRemotes = { files: new Map(), repositories: new Map() };
  for (;;) {
    const task = { ...input, ...(!noRemoteBases && { remotes }) };
    const answer = await deps.compute.run<RenderInput, RenderAnswer>(renderTask, task, {
      signal,
      timeoutMs: buildTimeoutMs,
    });
    if ('rendered' in answer) return answer.rendered;
    remotes = await fetchMore({ remotes, need: answer.need }, deps, fetching);
  }
}

/** `remotes` with what is needed. @throws ReconcileError */
async function fetchMore(
  { remotes, need }: { readonly remotes: PackedRemotes; readonly need: RemoteNeed },
  { compute, settings }: Shared,
  signal: AbortSignal,
): Promise<PackedRemotes> {
  // Most builds refer to nothing: git is loaded when one does.
  const { fetchRemoteFile, fetchRemoteRepository, maxRemoteFetches } = await import('@sluice/remote-bases');
  if (remotes.files.size + remotes.repositories.size >= maxRemoteFetches) {
    throw failure(`it refers to more than ${maxRemoteFetches} remote bases and files`);
  }
  const { egressAllow, buildTimeoutMs } = settings;
  const options: RepositoryOptions = {
    signal,
    egressAllow,
    checkOut: (fetched) => compute.run(checkOutTask, fetched, { signal, timeoutMs: buildTimeoutMs }),
  };
  try {
    if ('file' in need) return withFile(remotes, need.file, await fetchRemoteFile(need.file, options));
    const repository = packRepository(await fetchRemoteRepository(need.repository, options));
    return withRepository(remotes, need.repository.raw, repository);
  } catch (cause) {
    throw failure(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function withFile(remotes: PackedRemotes, url: string, file: RemoteFile): PackedRemotes {
  return { ...remotes, files: new Map([...remotes.files, [url, file]]) };
}

function withRepository(remotes: PackedRemotes, url: string, repository: PackedRepository): PackedRemotes {
  return { ...remotes, repositories: new Map([...remotes.repositories, [url, repository]]) };
}

function failure(message: string, cause?: unknown): ReconcileError {
  return new ReconcileError('BuildFailed', `kustomize build failed: ${message}`, { cause });
}

import type { Artifact, ObjectMeta } from '@sluice/api';
import {
  artifactUrl,
  tryParseArtifactPath,
  type ArtifactStore,
  type RetentionPolicy,
  type StoreFolder,
} from '@sluice/artifact';
import type { Context } from '@sluice/runtime';

export interface StorageDeps {
  readonly store: ArtifactStore;
  /** Under which host (and port) consumers reach the store. */
  readonly advertised: string;
  readonly retention: RetentionPolicy;
}

export function storeFolder(kind: string, metadata: ObjectMeta): StoreFolder {
  return { kind: kind.toLowerCase(), namespace: metadata.namespace ?? '', name: metadata.name };
}

/**
 * First step of every run: collects old files and looks at the current one.
 * @returns the artifact under its address of today; `undefined` when there is none, or it is lost or damaged
 * @see spec source, "Storage sub-reconciler"
 */
export async function checkStorage(
  folder: StoreFolder,
  artifact: Artifact | undefined,
  { deps, ctx }: { deps: StorageDeps; ctx: Context },
): Promise<Artifact | undefined> {
  if (artifact === undefined) return undefined;
  await collectOld(folder, artifact, { deps, ctx });
  const verdict = await deps.store.verify(folder, artifact);
  if (verdict.state === 'intact') return { ...artifact, url: artifactUrl(deps.advertised, artifact.path) };
  if (verdict.state === 'corrupt') {
    const message = `failed to verify integrity of artifact: ${verdict.why}`;
    ctx.event({ severity: 'error', reason: 'ArtifactVerificationFailed', message });
    const path = tryParseArtifactPath(artifact.path);
    if (path !== undefined) await deps.store.delete(path);
  }
  return undefined;
}

async function collectOld(
  folder: StoreFolder,
  artifact: Artifact,
  { deps, ctx }: { deps: StorageDeps; ctx: Context },
): Promise<void> {
  try {
    const removed = await deps.store.collect(folder, artifact, deps.retention, ctx.now());
    if (removed.length === 0) return;
    const message = `garbage collected ${removed.length} artifacts`;
    ctx.event({ severity: 'trace', reason: 'GarbageCollectionSucceeded', message });
  } catch (error) {
    // Old files harm nobody; the next run tries again.
    ctx.log.error({ error }, 'cannot collect old artifacts');
  }
}

/** What went wrong with a file, without the path on this machine. */
export function fileErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && 'syscall' in error ? error.message.replace(/, .*$/s, '') : error.message;
}

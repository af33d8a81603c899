import { posix } from 'node:path';
import { ArtifactNotFound } from '@sluice/artifact';
import { ReconcileError } from '@sluice/api';
import type { Deps } from './deps.ts';
import { hasPath, type PackedTree } from './packed-tree.ts';
import type { Rendered, RenderInput } from './render.ts';
import { renderWithRemotes } from './render-with-remotes.ts';
import { report, type Run } from './run.ts';
import { formatRetry, requeueDependencyMs, Stop } from './stop.ts';
import { readVariables } from './variables.ts';

/**
 * The manifests of the artifact. Those of an input that was built before are not built again, unless something outside
 * of the artifact took part: nobody tells when that changes.
 * @throws Stop
 */
export async function build(run: Run, deps: Deps): Promise<Rendered> {
  const cached = deps.renders.get(run.input);
  if (cached !== undefined) return cached;
  const { object, ctx, artifact } = run;
  await report(run, 'Fetching manifests');
  await ctx.failpoint('kustomize/after-progress');
  const tree = await openTree(run, deps);
  await ctx.failpoint('kustomize/after-open');
  const path = findPath(tree, object.spec.path ?? '');
  await report(run, 'Building manifests', { lastAttemptedRevision: artifact.revision });
  const input: RenderInput = {
    tree,
    path,
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? '',
    spec: object.spec,
    variables: run.variables ?? (await readVariables(object, ctx)),
    strictSubstitutions: deps.settings.strictSubstitutions,
  };
  const rendered = await render(input, run, deps);
  await ctx.failpoint('kustomize/after-build');
  if (run.input !== '' && !rendered.hasRemotes) deps.renders.set(run.input, rendered);
  return rendered;
}

async function openTree({ artifact, ctx }: Run, deps: Deps): Promise<PackedTree> {
  try {
    return await deps.trees.open(artifact, ctx.signal);
  } catch (cause) {
    ctx.signal.throwIfAborted();
    if (cause instanceof ArtifactNotFound) {
      const message = `Source is not ready, artifact not found, ${formatRetry()}`;
      throw new Stop('ArtifactFailed', message, { retry: { afterMs: requeueDependencyMs }, event: null, cause });
    }
    throw new Stop('ArtifactFailed', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The folder that `spec.path` names; `..` never leads out of the artifact. */
function findPath(tree: PackedTree, path: string): string {
  const clean = posix.normalize(`/${path}`).replace(/^\/|\/$/g, '');
  if (hasPath(tree, clean)) return clean;
  throw new Stop('ArtifactFailed', `kustomization path not found: stat ${clean}: no such file or directory`);
}

async function render(input: RenderInput, { ctx }: Run, deps: Deps): Promise<Rendered> {
  try {
    return await renderWithRemotes(input, deps, ctx.signal);
  } catch (cause) {
    ctx.signal.throwIfAborted();
    const reason = cause instanceof ReconcileError ? cause.reason : 'BuildFailed';
    throw new Stop(reason, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

import {
  gitRepositoryGvk,
  type Artifact,
  type GroupVersionKind,
  type KubeObject,
  type Kustomization,
} from '@sluice/api';
import type { Context } from '@sluice/runtime';
import { formatSourceRef, sourceKeyOf } from './spec.ts';
import { formatRetry, requeueDependencyMs, Stop } from './stop.ts';

export interface SourceOptions {
  readonly noCrossNamespaceRefs: boolean;
}

interface Source extends KubeObject {
  readonly status?: { readonly artifact?: Artifact };
}

const sourceKinds: Readonly<Record<string, GroupVersionKind>> = {
  GitRepository: gitRepositoryGvk,
  OCIRepository: { ...gitRepositoryGvk, kind: 'OCIRepository' },
  Bucket: { ...gitRepositoryGvk, kind: 'Bucket' },
};
const originRevisionKey = 'org.opencontainers.image.revision';

/**
 * The artifact of the source, whatever the source's own state: one that fails now still serves its last artifact.
 * @throws Stop @see spec kustomization-controller §4.1
 */
export async function resolveArtifact(object: Kustomization, options: SourceOptions, ctx: Context): Promise<Artifact> {
  const { kind } = object.spec.sourceRef;
  const key = sourceKeyOf(object);
  const shown = `${kind}/${key.namespace}/${key.name}`;
  if (options.noCrossNamespaceRefs && key.namespace !== object.metadata.namespace) {
    throw accessDenied(`can't access '${shown}', cross-namespace references have been blocked`);
  }
  if (kind === 'ExternalArtifact') {
    throw accessDenied(`can't access '${shown}', ExternalArtifact feature gate is disabled`);
  }
  const gvk = sourceKinds[kind];
  if (gvk === undefined) {
    throw new Stop('ArtifactFailed', `source \`${key.name}\` kind '${kind}' not supported`, { event: null });
  }
  const source = await readSource(gvk, key, ctx);
  if (source === undefined) {
    ctx.log.info({ source: formatSourceRef(object.spec) }, 'source not found');
    const resource = `${pluralOf(kind)}.${gvk.group}`;
    throw new Stop('ArtifactFailed', `${resource} "${key.name}" not found`, { event: null });
  }
  const artifact = source.status?.artifact;
  if (artifact === undefined) {
    const message = `Source artifact not found, ${formatRetry()}`;
    throw new Stop('ArtifactFailed', message, { retry: { afterMs: requeueDependencyMs }, event: null });
  }
  return artifact;
}

/** Revision of what the artifact was made from, where the source knows it; normally the commit behind an OCI image. */
export function originRevisionOf(artifact: Artifact): string | undefined {
  return artifact.metadata?.[originRevisionKey];
}

async function readSource(
  gvk: GroupVersionKind,
  key: { readonly namespace: string; readonly name: string },
  ctx: Context,
): Promise<Source | undefined> {
  try {
    return await ctx.read<Source>(gvk, key);
  } catch (cause) {
    ctx.signal.throwIfAborted();
    const text = cause instanceof Error ? cause.message : String(cause);
    const message = `unable to get source '${key.namespace}/${key.name}': ${text}`;
    throw new Stop('ArtifactFailed', message, { retry: 'backoff', event: null, cause });
  }
}

function accessDenied(message: string): Stop {
  return new Stop('AccessDenied', message, { retry: { observed: false } });
}

function pluralOf(kind: string): string {
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies`.toLowerCase() : `${kind}s`.toLowerCase();
}

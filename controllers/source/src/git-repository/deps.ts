import type { GitRepository, GitRepositoryStatus } from '@sluice/api';
import type { DigestAlgorithm } from '@sluice/artifact';
import type { Compute } from '@sluice/compute';
import type { GitClient } from '@sluice/git';
import type { Context, Outcome } from '@sluice/runtime';
import type { StorageDeps } from '../storage.ts';
import type { Stamp } from './conditions.ts';

export interface GitRepositoryDeps extends StorageDeps {
  readonly git: GitClient;
  readonly compute: Compute;
  /** Until missing includes are looked for again. */
  readonly requeueDependencyMs: number;
  readonly digestAlgorithm: DigestAlgorithm;
  /** Of the compressed archive. */
  readonly maxArtifactBytes: number;
  /** Where a repository is fetched from instead of its URL, without credentials: local mode serves the user's own. */
  readonly mirrorOf?: (url: string) => string | undefined;
}

export type GitContext = Context<GitRepositoryStatus>;
export type GitOutcome = Outcome<GitRepositoryStatus>;

export function stampOf({ metadata }: GitRepository, ctx: GitContext): Stamp {
  return { generation: metadata.generation ?? 0, now: ctx.now() };
}

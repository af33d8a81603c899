import { isDeepStrictEqual } from 'node:util';
import type { Artifact, GitRepository, GitRepositoryStatus } from '@sluice/api';

/** An include of the spec together with the artifact it means now. */
export interface Included {
  readonly repository: string;
  readonly fromPath: string;
  readonly toPath: string;
  readonly artifact: Artifact;
}

/**
 * Whether an artifact of the same revision would hold other files, or has to be verified anew.
 * @see spec source, "Change detection, the no-op path, clone depth"
 */
export function hasContentConfigChanged(
  { spec }: GitRepository,
  status: GitRepositoryStatus,
  included: readonly Included[],
): boolean {
  return (
    spec.ignore !== status.observedIgnore ||
    (spec.recurseSubmodules ?? false) !== (status.observedRecurseSubmodules ?? false) ||
    !isDeepStrictEqual(spec.sparseCheckout ?? [], status.observedSparseCheckout ?? []) ||
    !isDeepStrictEqual(spec.include ?? [], status.observedInclude ?? []) ||
    haveIncludedFilesChanged(status, included) ||
    isVerificationDue(spec.verify?.mode, spec.verify !== undefined, status.sourceVerificationMode)
  );
}

/** By index: the same artifacts in another order give other files where they overlap. */
function haveIncludedFilesChanged(
  { includedArtifacts = [] }: GitRepositoryStatus,
  included: readonly Included[],
): boolean {
  return (
    includedArtifacts.length !== included.length ||
    included.some(({ artifact }, i) => {
      const observed = includedArtifacts[i];
      return observed?.revision !== artifact.revision || observed.digest !== artifact.digest;
    })
  );
}

/** Whether other revisions are included than last time, whatever their order. */
export function haveIncludesMoved(
  { includedArtifacts = [] }: GitRepositoryStatus,
  included: readonly Included[],
): boolean {
  const observed = new Set(includedArtifacts.map(({ revision }) => revision));
  return (
    includedArtifacts.length !== included.length || included.some(({ artifact }) => !observed.has(artifact.revision))
  );
}

export type VerificationMode = 'HEAD' | 'Tag' | 'TagAndHEAD';

/** The mode that a spec asks for; `head` is how it was written once. */
export function verificationMode(mode: string | undefined): VerificationMode {
  return mode === 'Tag' || mode === 'TagAndHEAD' ? mode : 'HEAD';
}

function isVerificationDue(mode: string | undefined, isWanted: boolean, observed: string | undefined): boolean {
  if (!isWanted) return false;
  return observed !== 'TagAndHEAD' && observed !== verificationMode(mode);
}

/** The status fields that say what an artifact was made with. */
export function observedContent({ spec }: GitRepository, included: readonly Included[]): Partial<GitRepositoryStatus> {
  return {
    ...(spec.ignore !== undefined && { observedIgnore: spec.ignore }),
    ...(spec.recurseSubmodules === true && { observedRecurseSubmodules: true }),
    ...(spec.sparseCheckout !== undefined && { observedSparseCheckout: spec.sparseCheckout }),
    ...(spec.include !== undefined && { observedInclude: spec.include }),
    ...(included.length > 0 && { includedArtifacts: included.map(({ artifact }) => artifact) }),
  };
}

/** The status without them. */
export function withoutObserved(status: GitRepositoryStatus): GitRepositoryStatus {
  const {
    observedIgnore: _ignore,
    observedRecurseSubmodules: _submodules,
    observedInclude: _include,
    observedSparseCheckout: _sparse,
    includedArtifacts: _included,
    ...rest
  } = status;
  return rest;
}

const legacyForms: readonly (readonly [RegExp, string])[] = [
  [/^HEAD\/([0-9a-f]{40})$/, 'sha1:$1'],
  [/^(.+)\/([0-9a-f]{40})$/, '$1@sha1:$2'],
  [/^(.+)\/([0-9a-f]{64})$/, '$1@sha256:$2'],
  [/^([0-9a-f]{64})$/, 'sha256:$1'],
  [/^([0-9a-f]{40})$/, 'sha1:$1'],
];

/** A revision as it is written today. @see spec source, "Differences in older versions" */
export function modernRevision(revision: string): string {
  const form = legacyForms.find(([pattern]) => pattern.test(revision));
  return form === undefined ? revision : revision.replace(form[0], form[1]);
}

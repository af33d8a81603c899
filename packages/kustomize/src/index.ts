export { buildKustomization, type BuildOptions } from './build.ts';
export { buildWithRemotes, withRemotes, type RemoteFetcher } from './build-with-remotes.ts';
export { type BuildResult, type BuiltResource } from './finish.ts';
export { KustomizeError, type ErrorPlace } from './errors.ts';
export { memoryTree, type FileTree, type TreeEntry } from './file-tree.ts';
export { defaultLimits, LimitError, type Limits } from './limits.ts';
export { HttpError, RemoteNeeded, type LoadRestriction, type Remotes } from './loader.ts';
export { tryParseRepoUrl, type RepoUrl } from './repo-url.ts';
export { type Reorder } from './order.ts';
export { type ResourceOrigin } from './resource.ts';
export {
  componentApiVersion,
  kustomizationApiVersion,
  kustomizationFileNames,
  parseKustomization,
} from './kustomization/read.ts';
export type { ImageEntry, Kustomization, PatchEntry, ReplicaEntry, SelectorEntry } from './kustomization/types.ts';
export { readResources } from './read-resources.ts';
export { recordReads, type ReadRecord } from './reads.ts';
export { kustomizationFieldNames } from './kustomization/shapes.ts';
export { goRegexp, type Pattern } from './go-regexp.ts';
export { parseLabelSelector, type LabelSelector } from './label-selector.ts';

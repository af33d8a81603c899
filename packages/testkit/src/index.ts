export { corpusMissing, corpusPath } from './corpus.ts';
export { cpuMs } from './cpu-ms.ts';
export { diskTree } from './disk-tree.ts';
export { createGitRoot, type CommitOptions, type FileChange, type GitRepo, type GitRoot } from './git-repository.ts';
export { hasProgram } from './programs.ts';

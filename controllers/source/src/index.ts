export { controllerName, gitRepositoryKind } from './git-repository/kind.ts';
export { type GitRepositoryDeps } from './git-repository/deps.ts';
export { startSourceController, type SourceController, type SourceOptions } from './start.ts';

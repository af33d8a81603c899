export { controllerName, gitRepositoryKind } from './git-repository/kind.ts';
export { type GitRepositoryDeps } from './git-repository/reconcile.ts';
export { startSourceController, type SourceController, type SourceOptions } from './start.ts';

export { corpusMissing, corpusPath } from './corpus.ts';
export { cpuMs } from './cpu-ms.ts';
export { diskTree } from './disk-tree.ts';
export { createGitRoot, type CommitOptions, type FileChange, type GitRepo, type GitRoot } from './git-repository.ts';
export { hasProgram } from './program.ts';
export { startProxy, startSocksProxy, type TestProxy, type TestProxyOptions } from './proxy.ts';
export { registryLogin } from './registry/backend.ts';
export { type PushedImage } from './registry/push.ts';
export {
  startRegistry,
  type RegistryFault,
  type TestRegistry,
  type TestRegistryOptions,
  type TestRegistryRequest,
} from './registry/registry.ts';
export { type TokenAuthOptions } from './registry/token-auth.ts';

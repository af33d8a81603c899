// How a Secret or a ServiceAccount gives access
export { AccessError } from './access-error.ts';
export { readRegistryAccess, type AccessReader, type AccessSecret, type AccessSpec } from './access.ts';
export { type RegistryCredentials } from './credentials.ts';
export { findCredentials, parseDockerConfig, type DockerAuth } from './docker-config.ts';

// What is in a registry
export { type RepositoryName } from './address.ts';
export { RegistryError, type RegistryFailure } from './error.ts';
export { type BlobDescriptor, type Manifest } from './manifest.ts';
export {
  createRegistry,
  type ImageRepositoryClient,
  type RegistryAccess,
  type RegistryClient,
  type RegistryLimits,
  type RegistryOptions,
} from './registry.ts';
export { type TagList } from './tags.ts';

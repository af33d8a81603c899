export {
  KubeError,
  type DeleteOptions,
  type Identity,
  type KubeClient,
  type KubeErrorDetails,
  type KubeList,
  type ListOptions,
  type PatchOptions,
  type Resource,
  type WatchEvent,
  type WriteOptions,
} from './client.ts';
export { KubeConfigError } from './config-error.ts';
export { loadConnection, type ConnectionOptions } from './config.ts';
export { connectKube } from './connect.ts';
export { type Connection } from './connection.ts';
export { isNewer, reflect, type Reflector, type ReflectorOptions, type Stored } from './reflector.ts';
export { ConnectionError, type RequestOutcome } from './transport.ts';
export { waitForObject } from './wait-for-object.ts';

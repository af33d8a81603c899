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

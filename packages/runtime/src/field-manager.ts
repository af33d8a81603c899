import type { Kind } from './kind.ts';

/**
 * Manager of a controller's writes to its own objects. Not the controller's bare name: `kustomize-controller` is who
 * applies manifests, and takes over what it finds under that name, so that finalizers would be removed as not in the source.
 */
export function fieldManagerOf({ controller }: Pick<Kind, 'controller'>): string {
  return `gotk-${controller}`;
}

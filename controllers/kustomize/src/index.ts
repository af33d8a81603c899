export { kustomizationKind, type KustomizeOptions } from './kustomization-kind.ts';
export { defaultSettings, type KustomizeSettings } from './deps.ts';

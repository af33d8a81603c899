export { kustomizationKind, type KustomizeOptions } from './kustomization-kind.ts';
export { defaultSettings, type KustomizeSettings } from './deps.ts';
export { buildManifests, type BuildInput, type BuiltManifest } from './render.ts';
export { packTree, type PackedTree } from './packed-tree.ts';
export { substitute, type SubstituteOptions } from './substitute.ts';

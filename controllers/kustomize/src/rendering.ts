// Apart from the index, as it brings the whole engine with it, which the controller leaves to its threads.
export { buildManifests, type BuildInput, type BuiltManifest } from './render.ts';
export { packTree, type PackedTree } from './packed-tree.ts';
export { substitute, type SubstituteOptions } from './substitute.ts';

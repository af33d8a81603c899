export { applyObjects } from './apply.ts';
export { ApplyError, type AppliedObject, type ApplyOptions, type Drift } from './options.ts';
export { findRemaining, pruneObjects, type Pruned, type PruneOptions } from './prune.ts';

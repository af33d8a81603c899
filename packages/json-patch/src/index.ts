export { applyJsonPatch, type JsonPatchOptions } from './json-patch.ts';
export { applyMergePatch } from './merge-patch.ts';
export { applyStrategicMergePatch } from './strategic/merge.ts';
export { PatchError, type PatchProblem } from './error.ts';

export { ignoreFilePaths, selectFiles, selectKeys } from './select.ts';
export type { BucketRules, IgnoreRules, SourceEntry } from './select.ts';

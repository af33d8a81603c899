export { type ControllerLog } from '@sluice/single';
export { followChange, FollowError, type ChangeOptions } from './follow-change.ts';
export { followSync } from './follow-sync.ts';
export { startLocalMode, type LocalMode, type LocalSource } from './local-mode.ts';
export { observe } from './observer.ts';
export { formatStep, type Step } from './steps.ts';

export { assessHealth, needsPods, type Health, type HealthContext, type HealthStatus } from './assess.ts';
export { computeStatus } from './compute.ts';
export { HealthError } from './error.ts';
export type { ComputedStatus, ObjectStatus, StandardCondition } from './result.ts';

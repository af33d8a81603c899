export { assessHealth, needsPods, type Health, type HealthContext, type HealthStatus } from './assess.ts';
export { computeStatus } from './compute.ts';
export { HealthError } from './error.ts';
export { compileHealthExpressions, HealthExpressionError, type HealthExpressions } from './expressions.ts';
export { compileReadyExpression } from './ready-expression.ts';
export type { ComputedStatus, ObjectStatus, StandardCondition } from './result.ts';

export { systemClock, type Clock } from './clock.ts';
export { killAt, noFailpoints, type Failpoint } from './failpoints.ts';
export {
  Fenced,
  type CommonStatus,
  type Context,
  type Kind,
  type Level,
  type LogFields,
  type Logger,
  type Outcome,
  type ReconcileEvent,
  type Reconciled,
  type Trigger,
} from './kind.ts';
export { alwaysLeader, type Leadership } from './leadership.ts';
export { createLogger, type LogLevel, type LoggerOptions } from './logger.ts';
export { runManager, type ManagerOptions } from './manager.ts';
export { Computed, Histogram, MetricsRegistry, Scalar, type Labels, type Metric } from './metrics-registry.ts';
export { type Address } from './probes.ts';
export { createRedactor, type Redactor } from './redact.ts';
export { requestCounter } from './request-counter.ts';

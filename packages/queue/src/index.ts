export { createInProcessQueue } from './in-process.ts';
export {
  QueueUnavailable,
  backoffMs,
  defaultBackoff,
  strongest,
  type Backoff,
  type Level,
  type QueueOptions,
  type QueueStats,
  type Run,
  type RunHandler,
  type RunResult,
  type WorkQueue,
} from './queue.ts';

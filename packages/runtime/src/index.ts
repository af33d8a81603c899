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

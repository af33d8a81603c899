import { formatDuration, type KustomizationStatus } from '@sluice/api';

/** Why a run ends before its end, and who is told. Carries no stack worth reading: it is an outcome, not a fault. */
export class Stop extends Error {
  override readonly name = 'Stop';
  /** Of the condition Ready. */
  readonly reason: string;
  readonly retry: StopRetry;
  /** Event to send; `undefined`: none. */
  readonly event: { readonly severity: 'info' | 'error'; readonly message: string } | undefined;
  /** Digest of the manifests, for the history; `undefined` when there was no build to speak of. */
  readonly digest: string | undefined;
  /** What else the status has to say. */
  readonly changes: Partial<KustomizationStatus>;

  constructor(reason: string, message: string, options: StopOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.reason = reason;
    this.retry = options.retry ?? 'interval';
    this.event = options.event === undefined ? { severity: 'error', message } : (options.event ?? undefined);
    this.digest = options.digest;
    this.changes = options.changes ?? {};
  }
}

/**
 * - `interval`: after the retry interval
 * - `backoff`: after a delay that grows
 * - `stalled`: when the object changes; `observed` says whether its generation counts as dealt with
 */
export type StopRetry = 'interval' | 'backoff' | { readonly afterMs: number } | { readonly observed: boolean };

interface StopOptions {
  readonly retry?: StopRetry;
  /** Default: an error with the message; `null`: none. */
  readonly event?: { readonly severity: 'info' | 'error'; readonly message: string } | null;
  readonly digest?: string;
  readonly changes?: Partial<KustomizationStatus>;
  readonly cause?: unknown;
}

/** How soon to look again for an artifact or a dependency that is not there yet. */
export const requeueDependencyMs = 30_000;

export function formatRetry(): string {
  return `retrying in ${formatDuration(requeueDependencyMs)}`;
}

/** Nothing can be done before someone changes the spec, which counts as dealt with. */
export function configurationError(reason: string, problem: string, cause?: unknown): Stop {
  const message = `Reconciliation failed terminally due to configuration error: ${problem}`;
  return new Stop(reason, message, { retry: { observed: true }, cause });
}

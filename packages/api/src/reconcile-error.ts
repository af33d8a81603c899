/** When to try again. `stalled`: not before someone changes the object. */
export type Retry = 'backoff' | 'stalled' | { readonly afterMs: number };

/** Why a reconcile stopped. `reason` becomes the condition's reason; `retry` decides the next attempt. */
export class ReconcileError extends Error {
  override readonly name = 'ReconcileError';
  readonly reason: string;
  readonly retry: Retry;
  /** A further condition to set to True with the same reason and message, such as `FetchFailed`. */
  readonly condition: string | undefined;

  constructor(reason: string, message: string, options: { retry?: Retry; condition?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.reason = reason;
    this.retry = options.retry ?? 'backoff';
    this.condition = options.condition;
  }
}

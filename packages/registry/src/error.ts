/**
 * `transport`: no whole answer. `answer`: an answer that makes no sense or tells of a failure. `refused`: the registry
 * sent us where we do not go. `limit`: more than is taken. `digest`: other bytes than the digest says.
 */
export type RegistryFailure =
  | 'transport'
  | 'timeout'
  | 'auth'
  | 'not-found'
  | 'rate-limited'
  | 'answer'
  | 'refused'
  | 'limit'
  | 'digest';

export interface RegistryErrorDetails {
  /** Of the answer, if there was one. */
  readonly status?: number;
  /** What the registry calls the failure, such as `NAME_UNKNOWN`. */
  readonly codes?: readonly string[];
  /** When to ask again, in ms from now; absent: with backoff. */
  readonly afterMs?: number;
  readonly cause?: unknown;
}

/** A failed operation on a registry. The message holds no credentials. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly failure: RegistryFailure;
  readonly status: number | undefined;
  readonly codes: readonly string[];
  readonly retry: 'backoff' | { readonly afterMs: number };

  constructor(failure: RegistryFailure, message: string, details: RegistryErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.failure = failure;
    this.status = details.status;
    this.codes = details.codes ?? [];
    this.retry = details.afterMs === undefined ? 'backoff' : { afterMs: details.afterMs };
  }
}

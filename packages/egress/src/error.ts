/** `transport`: no answer, or half of one. `limit`: more than was asked for. */
export type EgressFailure = 'transport' | 'timeout' | 'limit';

/** A request without a whole answer. The message tells neither address nor credentials. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly failure: EgressFailure;
  /** Of Node or the system, such as `ECONNREFUSED`. */
  readonly code?: string;

  constructor(failure: EgressFailure, message: string, options: { cause?: unknown; code?: string } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.failure = failure;
    if (options.code !== undefined) this.code = options.code;
  }
}

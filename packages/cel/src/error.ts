/**
 * - `parse`: the text is no expression, or does not pass the type check; the message quotes each place at fault
 * - `program`: the expression can never run, such as one with a pattern that is none
 * - `evaluate`: it failed on these values
 * - `limit`: it cost more than it may
 */
export type CelPhase = 'parse' | 'program' | 'evaluate' | 'limit';

/** Why an expression gives no value. The message is that of cel-go, without what the caller puts in front. */
export class CelError extends Error {
  override readonly name = 'CelError';
  readonly phase: CelPhase;

  constructor(phase: CelPhase, message: string, options?: ErrorOptions) {
    super(message, options);
    this.phase = phase;
  }
}

export function evaluationError(message: string): CelError {
  return new CelError('evaluate', message);
}

import type { Retry } from '@sluice/api';

/** An error as it crosses the thread: a structured clone would lose its name and fields. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Own fields with plain values, such as `reason`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly retry: Retry | undefined;
  readonly cause: WireError | undefined;
}

/** @param depth how many causes are kept */
export function encodeError(error: unknown, depth = 3): WireError {
  if (!Error.isError(error)) {
    return { name: 'Error', message: String(error), stack: undefined, fields: {}, retry: undefined, cause: undefined };
  }
  const plain = Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    fields: Object.fromEntries(plain),
    retry: retryOf(error),
    cause: error.cause === undefined || depth === 0 ? undefined : encodeError(error.cause, depth - 1),
  };
}

/** By its name and not its class, which would load the whole API into each thread. */
function retryOf(error: Error): Retry | undefined {
  return error.name === 'ReconcileError' && 'retry' in error ? (error.retry as Retry) : undefined;
}

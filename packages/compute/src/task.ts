import { ReconcileError, type Retry } from '@sluice/api';

/** A message from the pool to a thread. */
export interface Job {
  readonly task: string;
  readonly input: unknown;
}

/** A message from a thread to the pool: the result of its one job. */
export type Reply = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: WireError };

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
    retry: error instanceof ReconcileError ? error.retry : undefined,
    cause: error.cause === undefined || depth === 0 ? undefined : encodeError(error.cause, depth - 1),
  };
}

/** A `ReconcileError` comes back as one; any other error as an `Error` with the same name, message, stack and fields. */
export function decodeError(wire: WireError): Error {
  const cause = wire.cause === undefined ? {} : { cause: decodeError(wire.cause) };
  const { reason, condition } = wire.fields;
  if (wire.name === 'ReconcileError' && typeof reason === 'string') {
    return new ReconcileError(reason, wire.message, {
      ...cause,
      ...(wire.retry === undefined ? {} : { retry: wire.retry }),
      ...(typeof condition === 'string' ? { condition } : {}),
    });
  }
  const error = new Error(wire.message, cause);
  Object.defineProperty(error, 'name', { value: wire.name, configurable: true, writable: true });
  if (wire.stack !== undefined) error.stack = wire.stack;
  return Object.assign(error, Object.fromEntries(Object.entries(wire.fields).filter(([key]) => key !== 'name')));
}

/**
 * Where a task's code lies. From source it is the `.ts` file that the caller names. A bundle holds each task as a file of
 * its own beside it, with the same base name and `.js`.
 * @param self URL of the module that asks
 */
export function resolveTask(task: URL, self: string): URL {
  return self.endsWith('.ts') ? task : new URL(task.href.replace(/\.ts$/, '.js'));
}

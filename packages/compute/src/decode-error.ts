import { ReconcileError } from '@sluice/api';
import type { WireError } from './wire-error.ts';

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

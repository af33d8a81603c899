import type { Schema } from '@sluice/kube-schema';
/** An object does not fit its schema; the message lists the paths (kube-api.md §7.7). */
export class TypingError extends Error {
  override readonly name = 'TypingError';
}
/** The problems found, as printed. */
export function validate(value: unknown, schema: Schema, options?: { allowDuplicates?: boolean }): string[] {
  throw new Error('not there yet');
}

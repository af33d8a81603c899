import type { FieldSet } from './field-set.ts';
export type FieldsV1 = { [key: string]: FieldsV1 };
/** The entry cannot be read: a known prefix with something malformed after it. */
export class FieldsDecodeError extends Error {
  override readonly name = 'FieldsDecodeError';
}
/** @throws FieldsDecodeError */
export function parseFieldsV1(value: unknown): FieldSet {
  throw new Error('not there yet');
}
export function writeFieldsV1(set: FieldSet): FieldsV1 {
  throw new Error('not there yet');
}

import type { KubeObject } from '@sluice/api';
import { plainError } from '../errors.ts';
import { writeJson } from '../json-text.ts';

const maxStoredBytes = 1_572_864;
/** Objects below this many characters cannot exceed the limit, whatever the characters: measuring is not free. */
const surelySmall = 300;

/** Refuses an object that etcd would not take. @throws StatusError 500 */
export function checkSize(object: KubeObject): KubeObject {
  if (roughSize(object, maxStoredBytes / 4) < maxStoredBytes / 4) return object;
  if (Buffer.byteLength(writeJson(object)) > maxStoredBytes) throw plainError('etcdserver: request is too large');
  return object;
}

/** A lower estimate of the JSON text's length, given up once it passes `enough`. */
function roughSize(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return surelySmall / 100;
  let size = 2;
  for (const [key, child] of Object.entries(value)) {
    size += key.length + 4 + roughSize(child, enough - size);
    if (size > enough) return size;
  }
  return size;
}

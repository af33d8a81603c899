import { KustomizeError } from './errors.ts';

/** The text of a file that must be UTF-8. A byte order mark stays: the YAML reader and the generators treat it differently. */
export function decodeText(bytes: Uint8Array): string {
  const text = tryDecodeText(bytes);
  if (text === undefined)
    throw new KustomizeError('yaml: invalid leading UTF-8 octet', { hint: 'save the file as UTF-8' });
  return text;
}

/** @returns `undefined` when the bytes are no UTF-8 */
export function tryDecodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined; // what `fatal` throws says no more than that
  }
}

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

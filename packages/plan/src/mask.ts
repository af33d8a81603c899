import type { KubeObject } from '@sluice/api';

const maskedText = '***';
const minLength = 4;

/** `text` without the values of the Secrets among `objects`, plain or in base64. Values of up to three letters stay. */
export function maskSecrets(text: string, objects: readonly (KubeObject | undefined)[]): string {
  const values = new Set(objects.flatMap((object) => (object === undefined ? [] : secretValues(object))));
  const longestFirst = [...values].toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((masked, value) => masked.replaceAll(value, maskedText), text);
}

function secretValues(object: KubeObject): string[] {
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret') return [];
  const encoded = textsOf(object['data']);
  const plain = textsOf(object['stringData']);
  const decoded = encoded.flatMap((value) => fromBase64(value));
  const all = [...encoded, ...decoded, ...plain, ...plain.map(toBase64)];
  // Servers quote what they complain about, as JSON does.
  return all.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]).filter((v) => v.length >= minLength);
}

function textsOf(map: unknown): string[] {
  if (typeof map !== 'object' || map === null) return [];
  return Object.values(map)
    .filter((value) => value !== null && typeof value !== 'object')
    .map(String);
}

function fromBase64(value: string): string[] {
  try {
    return [new TextDecoder().decode(Uint8Array.fromBase64(value))];
  } catch {
    return []; // not base64: the server says so, and the value itself is masked anyway
  }
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

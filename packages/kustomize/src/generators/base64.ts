import type { Content } from './key-values.ts';

const lineLength = 70;

/** Base64 as the generators write it: more than 70 characters are broken into lines, each with its line feed. */
export function wrappedBase64(content: Content): string {
  const text = Buffer.from(content as string & Uint8Array).toString('base64'); // `from` takes either
  if (text.length < lineLength) return text;
  const lines = text.match(/.{1,70}/g) ?? [];
  return lines.map((line) => `${line}\n`).join('');
}

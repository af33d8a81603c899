import { declare, type FunctionDecl } from '../check/function.ts';
import { evaluationError } from '../error.ts';

function decode(text: string): Uint8Array {
  const invalid = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ''))?.index;
  if (invalid !== undefined) throw evaluationError(`illegal base64 data at input byte ${invalid}`);
  const digits = text.replace(/=+$/, '');
  if (digits.length % 4 === 1) throw evaluationError(`illegal base64 data at input byte ${digits.length - 1}`);
  return Uint8Array.from(atob(digits), (char) => char.charCodeAt(0));
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** The extension *encoders*. */
export const encoders: readonly FunctionDecl[] = [
  declare('base64.decode', { '(string) bytes': ([text]) => decode(text as string) }),
  declare('base64.encode', { '(bytes) string': ([bytes]) => encode(bytes as Uint8Array) }),
];

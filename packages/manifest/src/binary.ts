import { YamlError } from './error.ts';

/** Decodes the text of a `!!binary` scalar as Go does: standard base64 with padding, line breaks ignored. */
export function decodeBinary(text: string): string {
  const digits = text.replaceAll(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw new YamlError('yaml: !!binary value contains invalid base64 data');
  }
  return decodeUtf8(Uint8Array.from(atob(digits), (character) => character.charCodeAt(0)));
}

/** UTF-8 with U+FFFD for each byte that fits nowhere. */
function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i] ?? 0);
    const character = tryDecode(bytes.subarray(i, i + length));
    text += character ?? '\ufffd';
    i += character === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function tryDecode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // Not one well-formed character.
  }
}

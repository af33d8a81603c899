// Flux works on bytes: positions and lengths count them, and a cut may go through a character. So values are computed as
// byte strings, in which each UTF-16 unit stands for one byte.
const ascii = /^[\x00-\x7f]*$/;
const characterOrByte =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** The UTF-8 of a text as byte string. */
export function toByteString(text: string): string {
  if (ascii.test(text)) return text;
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The text of a byte string; each byte that is no part of a character becomes U+FFFD. */
export function fromByteString(bytes: string): string {
  return (
    tryFromByteString(bytes) ??
    bytes.replaceAll(characterOrByte, (found) => (found.length === 1 ? '\ufffd' : decode(found)))
  );
}

/** The text of a byte string, `undefined` when it has a byte that is no part of a character. */
export function tryFromByteString(bytes: string): string | undefined {
  if (ascii.test(bytes)) return bytes;
  try {
    return decode(bytes);
  } catch {
    return undefined; // the decoder throws for nothing else
  }
}

export function toBytes(byteString: string): Uint8Array {
  return Uint8Array.from(byteString, (char) => char.charCodeAt(0));
}

function decode(bytes: string): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(toBytes(bytes));
}

/** The code point that stands for a byte that is no part of valid UTF-8. */
export const invalidRune = 0xfffd;

const smallestOfSize = [0, 0, 0x80, 0x800, 0x10000];

/**
 * The code point that starts at `at`, and its size in bytes. A byte that starts no valid sequence counts as
 * `invalidRune` of size 1.
 */
export function decodeRune(bytes: Uint8Array, at: number): { rune: number; size: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { rune: first, size: 1 };
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let rune = first & (0x7f >> size);
  for (const byte of bytes.subarray(at + 1, at + size)) {
    if ((byte & 0xc0) !== 0x80) return { rune: invalidRune, size: 1 };
    rune = (rune << 6) | (byte & 0x3f);
  }
  const complete = at + size <= bytes.length && first >= 0xc2 && first < 0xf5;
  const valid = complete && rune >= smallestOfSize[size]! && rune <= 0x10ffff && (rune < 0xd800 || rune > 0xdfff);
  return valid ? { rune, size } : { rune: invalidRune, size: 1 };
}

const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

/**
 * Order of map keys in printed YAML: go-yaml v2's, in which runs of digits count as numbers and what is no letter comes
 * before letters. For some sets of keys the order is cyclic, upstream too; then any order is right.
 * @returns negative when `a` comes first, 0 only for equal keys
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  const codeA = a.charCodeAt(i);
  const codeB = b.charCodeAt(i);
  if (isAsciiLetter(codeA) && isAsciiLetter(codeB)) return codeA - codeB;
  return compareFrom(a, b, startOfCharacter(a, i));
}

function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function startOfCharacter(text: string, index: number): number {
  const code = text.charCodeAt(index);
  const isLowSurrogate = code >= 0xdc00 && code <= 0xdfff;
  return isLowSurrogate && index > 0 ? index - 1 : index;
}

/** Compares at the first different character. */
function compareFrom(a: string, b: string, i: number): number {
  const codeA = a.codePointAt(i) ?? 0;
  const codeB = b.codePointAt(i) ?? 0;
  const isLetterA = letter.test(String.fromCodePoint(codeA));
  const isLetterB = letter.test(String.fromCodePoint(codeB));
  if (isLetterA !== isLetterB) return isLetterA ? 1 : -1;
  if (isLetterA) return codeA - codeB;
  const start = (codeA === 0x30 || codeB === 0x30) && followsNonZeroDigit(a, i) ? 1n : 0n;
  const runA = readDigits(a, i, start);
  const runB = readDigits(b, i, start);
  if (runA.number !== runB.number) return runA.number < runB.number ? -1 : 1;
  return runA.length - runB.length || codeA - codeB;
}

function followsNonZeroDigit(text: string, end: number): boolean {
  for (let i = end - 1; i >= 0 && digit.test(text[i] ?? ''); i--) {
    if (text[i] !== '0') return true;
  }
  return false;
}

/** The number that the digits from `i` on form behind `start`, in 64 bits as upstream counts it. */
function readDigits(text: string, i: number, start: bigint): { number: bigint; length: number } {
  let number = start;
  let length = 0;
  for (const character of text.slice(i)) {
    if (!digit.test(character)) break;
    number = BigInt.asIntN(64, number * 10n + BigInt((character.codePointAt(0) ?? 0) - 0x30));
    length++;
  }
  return { number, length };
}

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
  const isLetterA = isLetter(codeA);
  const isLetterB = isLetter(codeB);
  if (isLetterA !== isLetterB) return isLetterA ? 1 : -1;
  if (isLetterA) return codeA - codeB;
  const start = (codeA === 0x30 || codeB === 0x30) && followsNonZeroDigit(a, i) ? 1n : 0n;
  const lengthA = countDigits(a, i);
  const lengthB = countDigits(b, i);
  if (lengthA > 0 || lengthB > 0) {
    const numberA = readNumber(a.slice(i, i + lengthA), start);
    const numberB = readNumber(b.slice(i, i + lengthB), start);
    if (numberA !== numberB) return numberA < numberB ? -1 : 1;
  }
  return lengthA - lengthB || codeA - codeB;
}

function isLetter(code: number): boolean {
  return code < 0x80 ? isAsciiLetter(code) : letter.test(String.fromCodePoint(code));
}

function isDigitAt(text: string, i: number): boolean {
  const code = text.codePointAt(i) ?? 0;
  return code < 0x80 ? code >= 0x30 && code <= 0x39 : digit.test(String.fromCodePoint(code));
}

function followsNonZeroDigit(text: string, end: number): boolean {
  for (let i = end - 1; i >= 0 && isDigitAt(text, i); i--) {
    if (text[i] !== '0') return true;
  }
  return false;
}

/** Length of the run of digits at `i`, in UTF-16 units. */
function countDigits(text: string, i: number): number {
  let end = i;
  while (end < text.length && isDigitAt(text, end)) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return end - i;
}

/** The number that digits form behind `start`, in 64 bits as upstream counts it. */
function readNumber(digits: string, start: bigint): number | bigint {
  if (digits.length <= 15 && /^\d*$/.test(digits)) return Number(start) * 10 ** digits.length + Number(digits);
  let number = start;
  for (const character of digits) {
    number = BigInt.asIntN(64, number * 10n + BigInt((character.codePointAt(0) ?? 0) - 0x30));
  }
  return number;
}

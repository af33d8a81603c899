const maxLineBytes = 64 * 1024;
// Go's unicode.IsSpace, which knows U+0085 and not U+FEFF.
const blank = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** The lines that are patterns: not blank and no comment. Reading stops before a line of 64 KiB or more. */
export function patternLines(text: string): string[] {
  const lines = text.split('\n');
  const tooLong = lines.findIndex((line) => line.length * 3 >= maxLineBytes && utf8Length(line) >= maxLineBytes);
  const readable = tooLong < 0 ? lines : lines.slice(0, tooLong);
  return readable.map((line) => line.replace(/\r$/, '')).filter((line) => !line.startsWith('#') && !blank.test(line));
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

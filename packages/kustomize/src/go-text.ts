/** Texts as Go's `fmt` prints them, for messages that must read like upstream's. */

/** `%q` of a string: double quotes, Go escapes. */
export function quoted(text: string): string {
  let out = '"';
  for (const char of text) out += escapes.get(char) ?? (isPrintable(char) ? char : escaped(char));
  return `${out}"`;
}

/** `%v` of a list of strings. */
export function listText(items: readonly string[]): string {
  return `[${items.join(' ')}]`;
}

/** `%v` of a map of strings: keys sorted. */
export function mapText(entries: ReadonlyMap<string, string>): string {
  const pairs = [...entries].sort(([a], [b]) => compareBytes(a, b)).map(([key, value]) => `${key}:${value}`);
  return `map[${pairs.join(' ')}]`;
}

/** Order of Go's `<` on strings: by UTF-8 bytes, which is by code point. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

const escapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function isPrintable(char: string): boolean {
  return char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

// UTF-16 sorts surrogates (planes above the first) before U+E000…U+FFFF; UTF-8 sorts them after.
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

// Go maps one code point to one, JavaScript to as many as it takes.

export function upperCase(text: string): string {
  return Array.from(text, upperChar).join('');
}

export function lowerCase(text: string): string {
  return Array.from(text, lowerChar).join('');
}

export function upperFirst(text: string): string {
  return changeFirst(text, upperChar);
}

export function lowerFirst(text: string): string {
  return changeFirst(text, lowerChar);
}

function changeFirst(text: string, change: (char: string) => string): string {
  const [first] = text;
  return first === undefined ? '' : change(first) + text.slice(first.length);
}

/** `ß` and its like stay, as their upper case is two letters. */
function upperChar(char: string): string {
  const upper = char.toUpperCase();
  return isOneChar(upper) ? upper : upperWithIota(char);
}

/** Greek small letters with a subscript iota have a capital of their own, which full upper case does not use. */
function upperWithIota(char: string): string {
  const code = char.codePointAt(0)!;
  if (/[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/.test(char)) return String.fromCodePoint(code + 8);
  return /[\u1fb3\u1fc3\u1ff3]/.test(char) ? String.fromCodePoint(code + 9) : char;
}

/** `İ` is the only letter whose lower case is more than one; the first is the plain `i`. */
function lowerChar(char: string): string {
  const lower = char.toLowerCase();
  return isOneChar(lower) ? lower : lower.charAt(0);
}

function isOneChar(text: string): boolean {
  return text.length === String.fromCodePoint(text.codePointAt(0)!).length;
}

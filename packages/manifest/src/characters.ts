// Classes of characters after the libyaml grammar. Line breaks are LF, CR, U+0085, U+2028 and U+2029.

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const NEL = 0x85;
export const LINE_SEPARATOR = 0x2028;
export const PARAGRAPH_SEPARATOR = 0x2029;

const BLANK = 1;
const BREAK = 2;
const END = 4;
const FLOW = 8;
const COLON = 16;
const WORD = 32;
const URI = 64;

/** Class bits of each ASCII character. */
const classes = new Uint8Array(128);
mark('\t ', BLANK);
mark('\n\r', BREAK);
mark('\0', END);
mark(',?[]{}', FLOW);
mark(':', COLON);
mark('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-', WORD | URI);
mark(";/?:@&=+$,.!~*'()[]%", URI);

function mark(characters: string, bit: number): void {
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i);
    classes[code] = (classes[code] ?? 0) | bit;
  }
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

export function isBreak(code: number): boolean {
  return code === LF || code === CR || isWideBreak(code);
}

export function isWideBreak(code: number): boolean {
  return code === NEL || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR;
}

/** Line break or end of text. */
export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code);
}

/** Blank, line break or end of text: what must follow `-`, `?` and `:` to make them indicators. */
export function isBlankOrEnd(code: number): boolean {
  return code < 128 ? ((classes[code] ?? 0) & (BLANK | BREAK | END)) !== 0 : isWideBreak(code);
}

/** Whether a plain scalar passes over this character without a further look, in block and flow context alike. */
export function isOrdinary(code: number): boolean {
  return code < 128 ? ((classes[code] ?? 0) & (BLANK | BREAK | END | FLOW | COLON)) === 0 : !isWideBreak(code);
}

/** `,`, `?`, `[`, `]`, `{`, `}`: what ends a plain scalar in flow context. */
export function isFlowIndicator(code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & FLOW) !== 0;
}

/** What names of anchors, directives and tag handles consist of. */
export function isWordCharacter(code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & WORD) !== 0;
}

export function isUriCharacter(code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & URI) !== 0;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Value of a hexadecimal digit, or -1. */
export function hexValue(code: number): number {
  if (isDigit(code)) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

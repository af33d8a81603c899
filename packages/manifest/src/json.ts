import type { Data, DataObject } from './data.ts';

/** JSON as Go's `encoding/json` writes it: keys sorted by code point, `<`, `>`, `&`, U+2028 and U+2029 escaped, no blanks. */
export function toJson(data: Data): string {
  switch (typeof data) {
    case 'string':
      return quote(data);
    case 'number':
      return writeNumber(data);
    case 'object':
      return data === null ? 'null' : Array.isArray(data) ? `[${data.map(toJson).join(',')}]` : writeObject(data);
    default:
      return String(data);
  }
}

function writeObject(object: DataObject): string {
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  return `{${keys
    .sort(compareCodePoints)
    .map((key) => `${quote(key)}:${toJson(object[key]!)}`)
    .join(',')}}`;
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`not a JSON number: ${value}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

function quote(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Go sorts by UTF-8 bytes, which is the order of code points; JavaScript compares UTF-16 units. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const codeA = a.charCodeAt(i);
    const codeB = b.charCodeAt(i);
    if (codeA !== codeB) return rank(codeA) - rank(codeB);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code;
}

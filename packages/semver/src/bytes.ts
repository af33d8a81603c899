const utf8 = new TextEncoder();

/** Length in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  return utf8.encode(text).length;
}

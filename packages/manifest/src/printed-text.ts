import { Folding } from './folding.ts';

// At last kustomize reads JSON as YAML. There a text stands in double quotes, where U+0085 is a line break and some
// characters are not allowed, and a key is a simple key of limited length.

const unprintable = /[\x7f-\x9f\ufffe\uffff]/;
const forbidden = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

const maxSimpleKeyLength = 1024;

/** What kustomize says of a text that cannot be read again; `undefined` when it can. */
export function problemOfText(text: string): string | undefined {
  return unprintable.test(text) && forbidden.test(text) ? 'yaml: control characters are not allowed' : undefined;
}

/** The same for a key, given as JSON. */
export function problemOfKey(json: string): string | undefined {
  const surrogatePairs = json.length <= maxSimpleKeyLength ? 0 : (json.match(/[\ud800-\udbff]/g)?.length ?? 0);
  return json.length - surrogatePairs > maxSimpleKeyLength ? "yaml: did not find expected ',' or '}'" : undefined;
}

/** A text after it was read again. */
export function readAgain(text: string): string {
  if (!unprintable.test(text)) return text;
  const folding = new Folding();
  const parts = text.split('\u0085');
  let result = '';
  parts.forEach((part, i) => {
    const isLast = i === parts.length - 1;
    if (i > 0) folding.add('\n');
    const inner = trimSpaces(part, { start: i > 0, end: !isLast });
    if (inner === '' && i > 0 && !isLast) return;
    result += (i > 0 ? folding.take() : '') + inner;
  });
  return result;
}

function trimSpaces(text: string, sides: { start: boolean; end: boolean }): string {
  let start = 0;
  let end = text.length;
  while (sides.start && text[start] === ' ') start++;
  while (sides.end && end > start && text[end - 1] === ' ') end--;
  return text.slice(start, end);
}

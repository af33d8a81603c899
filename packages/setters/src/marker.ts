/** Files without these characters are not even parsed. */
export const markerToken = '"$imagepolicy"';

const member = '$imagepolicy';
const legacyPrefix = '#/definitions/io.k8s.cli.setters.';

/**
 * The reference in a marker comment: `ns:policy` or `ns:policy:field`; `undefined` when the comment is no marker.
 * @param comment one or more comment lines, `#` included
 * @see image §8.2
 */
export function readMarker(comment: string): string | undefined {
  const content = comment.replace(/^#+/, '');
  return readShort(content) ?? readLegacy(content);
}

/** `{"$imagepolicy": "ns:policy"}` and nothing else; other members must be texts or null too. */
function readShort(content: string): string | undefined {
  const object = tryParseObject(content);
  if (object === undefined) return undefined;
  const areTexts = Object.values(object).every((value) => typeof value === 'string' || value === null);
  const reference = object[member];
  return areTexts && typeof reference === 'string' && reference !== '' ? reference : undefined;
}

/** `{"$ref": "#/definitions/io.k8s.cli.setters.ns:policy"}`, behind which there may be text. */
function readLegacy(content: string): string | undefined {
  const object = tryParseObject(content.slice(0, endOfObject(content)));
  const reference = object?.$ref;
  if (typeof reference !== 'string' || !reference.startsWith(legacyPrefix)) return undefined;
  return reference.slice(legacyPrefix.length);
}

function tryParseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Whatever is an object in JSON has members by name.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Most comments are words and not JSON.
    return undefined;
  }
}

/** Offset behind the brace that closes the first one; the end of the text when none does. */
function endOfObject(text: string): number {
  let depth = 0;
  for (const { 0: piece, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (piece === '{') depth++;
    if (piece === '}' && --depth === 0) return index + 1;
  }
  return text.length;
}

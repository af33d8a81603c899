import { splitPath } from '../field-spec.ts';

/** Parts of a field path (engine §9.9): dots separate, `[…]` holds a literal key or a `key=value` query. */
export function splitFieldPath(path: string): string[] {
  const pieces = splitPath(path, '.');
  const parts: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] ?? '';
    if (!piece.startsWith('[') || piece.endsWith(']')) {
      parts.push(piece);
      continue;
    }
    const bracketed = [piece];
    while (i < pieces.length - 1) {
      i++;
      bracketed.push(pieces[i] ?? '');
      if (pieces[i]?.endsWith(']')) break;
    }
    const text = bracketed.join('.');
    parts.push(text.includes('=') ? text : text.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return parts;
}

export function isIndex(part: string): boolean {
  return /^\+?\d+$/.test(part) || /^-0+$/.test(part);
}

/** Whether a part selects list elements: `[key=value]` or `[=value]`. */
export function isQuery(part: string): boolean {
  return part.startsWith('[') && part.endsWith(']');
}

/** `key` and `value` of a query; `undefined` when it has no `=`. */
export function parseQuery(part: string): { key: string; value: string } | undefined {
  const text = part.replace(/\]$/, '').replace(/^\[/, '');
  const index = text.indexOf('=');
  return index < 0 ? undefined : { key: text.slice(0, index), value: text.slice(index + 1) };
}

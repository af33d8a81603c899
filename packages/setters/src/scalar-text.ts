import type { ScalarNode } from '@sluice/manifest';
import { isSafePlain } from './plain.ts';

/** A stretch of a text, in UTF-16 units, and what is to stand there. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What to write for `value` in place of a scalar; `undefined` when nothing can be put there. The style is kept. */
export function scalarEdit(text: string, scalar: ScalarNode, value: string): Edit | undefined {
  const { start, end } = scalar;
  switch (scalar.style) {
    case 'plain':
      return { start, end, text: isSafePlain(value) ? value : doubleQuoted(value) };
    case 'double':
      return { start, end, text: doubleQuoted(value) };
    case 'single':
      // Single quotes cannot hold what has to be escaped.
      return { start, end, text: /[^\x20-\x7e\xa0-\ud7ff]/.test(value) ? doubleQuoted(value) : singleQuoted(value) };
    case 'literal':
    case 'folded':
      return blockEdit(text, scalar, value);
  }
}

/** Whether the scalar holds the value already; the line break at the end of a block scalar does not count. */
export function holdsValue({ value, style }: ScalarNode, wanted: string): boolean {
  const isBlock = style === 'literal' || style === 'folded';
  return value === wanted || (isBlock && value.replace(/\n+$/, '') === wanted);
}

function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** JSON's escapes are among YAML's. */
function doubleQuoted(value: string): string {
  return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** One line instead of the lines of a block scalar; header, indentation and the blank lines at the end are kept. */
function blockEdit(text: string, scalar: ScalarNode, value: string): Edit | undefined {
  const header = /^[^\n]*\n/.exec(text.slice(scalar.start, scalar.end))?.[0];
  if (header === undefined || value === '') return undefined;
  const content = text.slice(scalar.start + header.length, scalar.end);
  const trimmed = content.trimEnd();
  const firstLine = /^(?:[ \t\r]*\n)*( *)\S/.exec(trimmed);
  if (firstLine?.[1] === undefined) return undefined;
  // Spaces that belong to the value, as an indentation indicator allows, are replaced with it.
  const indent = firstLine[1].length - (/^\n* */.exec(scalar.value)?.[0].replaceAll('\n', '').length ?? 0);
  const start = scalar.start + header.length;
  return { start, end: start + trimmed.length, text: ' '.repeat(indent) + value };
}

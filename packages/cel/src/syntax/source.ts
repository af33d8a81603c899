/** Something wrong at an offset, which counts code points from the beginning of the text. */
export type Issue = { readonly offset: number; readonly message: string };

/** An expression's text, as code points. */
export type Source = readonly string[];

export function sourceOf(text: string): Source {
  return Array.from(text);
}

/**
 * The issues as cel-go prints them, in the order of their places, each with its line and a mark below it:
 * `ERROR: <input>:1:5: message`, ` | the line`, ` | ....^`.
 */
export function formatIssues(source: Source, issues: readonly Issue[]): string {
  const lines = source.join('').split('\n');
  return issues
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => formatIssue(lines, positionOf(source, offset), message))
    .join('\n');
}

/** `line` and `column` count from 0. */
function positionOf(source: Source, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  return { line: before.filter((char) => char === '\n').length, column: offset - before.lastIndexOf('\n') - 1 };
}

function formatIssue(
  lines: readonly string[],
  { line, column }: { line: number; column: number },
  message: string,
): string {
  const snippet = (lines[line] ?? '').replaceAll('\t', ' ');
  const chars = Array.from(snippet);
  const dots = chars.slice(0, column).map((char) => (isWide(char) ? '．' : '.'));
  const mark = isWide(chars[column] ?? '') ? '＾' : '^';
  return `ERROR: <input>:${line + 1}:${column + 1}: ${message}\n | ${snippet}\n | ${dots.join('')}${mark}`;
}

function isWide(char: string): boolean {
  return (char.codePointAt(0) ?? 0) > 0x7f;
}

/**
 * Rows as the tools of this field print them: every cell padded to its column's width and followed by a tab, also the
 * last one, so that awk and tab splitting both work. A cell of several lines takes several lines. @see cli.md §6
 * @param widths least widths, for rows that are printed one after another
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[] = [],
): string {
  const all = header.length === 0 ? rows : [header.map((name) => name.toUpperCase()), ...rows];
  const wide = columnWidths(all, widths);
  return all.map((row) => formatRow(row, wide)).join('');
}

export function columnWidths(rows: readonly (readonly string[])[], least: readonly number[] = []): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) =>
    Math.max(least[column] ?? 0, ...rows.flatMap((row) => (row[column] ?? '').split('\n').map(displayWidth))),
  );
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell) => cell.split('\n'));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const padded = cells.map((lines, column) => pad(lines[line] ?? '', widths[column] ?? 0));
    return `${padded.map((cell) => `${cell}\t`).join('')}\n`;
  }).join('');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

// East Asian wide and full-width letters, and emoji, take two columns.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}

/** What go-yaml cannot write in a block scalar: then it takes double quotes, which keep everything. */
const needsQuotes = /[ ](?:\n|$)|[^\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u2028\u2029]/;

/**
 * A folded value after go-yaml v3 wrote it and read it again, which moves line breaks.
 * @see engine §5.2-9
 */
export function foldAgain(value: string): string {
  if (needsQuotes.test(value)) return value;
  const [leading = ''] = /^\n*/.exec(value) ?? [];
  const [trailing = ''] = /\n*$/.exec(value.slice(leading.length)) ?? [];
  const body = value.slice(leading.length, value.length - trailing.length);
  if (body === '') return value;
  const startsWithText = !isBlankLed(body);
  const lines = body.split(/(\n+)/);
  let result = leading + lines[0];
  for (let i = 2; i < lines.length; i += 2) {
    const [before = '', breaks = '', after = ''] = lines.slice(i - 2, i + 1);
    result += breaksBetween(before, after, { count: breaks.length, startsWithText }) + after;
  }
  const grows = trailing.length >= 2 && startsWithText && !isBlankLed(lines.at(-1) ?? '');
  return result + (grows ? `${trailing}\n` : trailing);
}

function breaksBetween(
  before: string,
  after: string,
  { count, startsWithText }: { count: number; startsWithText: boolean },
): string {
  if (isBlankLed(before)) return '\n'.repeat(count);
  if (isBlankLed(after)) return '\n'.repeat(startsWithText ? count + 1 : count);
  if (startsWithText) return '\n'.repeat(count);
  return count === 1 ? ' ' : '\n'.repeat(count - 1);
}

function isBlankLed(line: string): boolean {
  return line.startsWith(' ') || line.startsWith('\t');
}

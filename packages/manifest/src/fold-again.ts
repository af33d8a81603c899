import type { ScalarStyle } from './node.ts';

/** What go-yaml cannot write in a block scalar: then it takes double quotes, which keep everything. */
const needsQuotes = /[ ](?:\n|$)|[^\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u2028\u2029]/;

/** Whether go-yaml v3 writes the value as a block when nothing but the value and its style is against it. */
export function isBlockScalar(value: string, style: ScalarStyle): boolean {
  const wantsBlock = style === 'literal' || style === 'folded' || (style === 'plain' && value.includes('\n'));
  return wantsBlock && !needsQuotes.test(value);
}

/**
 * A folded value after go-yaml v3 wrote it and read it again, which moves line breaks.
 * @param value one that `isBlockScalar`
 * @see engine §5.2-9
 */
export function foldAgain(value: string): string {
  let start = 0;
  while (value[start] === '\n') start++;
  let end = value.length;
  while (end > start && value[end - 1] === '\n') end--;
  const body = value.slice(start, end);
  if (body === '') return value;
  const startsWithText = !isBlankLed(body);
  const lines = body.split(/(\n+)/);
  let result = value.slice(0, start) + lines[0];
  for (let i = 2; i < lines.length; i += 2) {
    const [before = '', breaks = '', after = ''] = lines.slice(i - 2, i + 1);
    result += breaksBetween(before, after, { count: breaks.length, startsWithText }) + after;
  }
  const trailing = value.slice(end);
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

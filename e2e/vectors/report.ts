import type { FailedCase, FileResult } from './run-file.ts';

const maxInput = 400;
const maxOutcome = 1000;

/** Prints each difference of a file and a line of totals. */
export function printResult({ family, passed, failed, skipped }: FileResult): void {
  for (const { name, why } of skipped) console.log(`- ${family}: ${name}: skipped, ${why}`);
  for (const difference of failed) console.log(formatDifference(family, difference));
  console.log(`${family}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
}

/** Prints that a file could not be run at all. */
export function printFailure(path: string, error: unknown): void {
  console.log(`✗ ${path} could not be run`);
  console.log(error);
}

/** One failed case as text of several lines: its input in short, and what was wanted and got where they first differ. */
export function formatDifference(family: string, { name, input, path, want, got }: FailedCase): string {
  const lines = [`✗ ${family}: ${name}`, `  input  ${shorten(toText(input), maxInput)}`];
  if (path !== '') lines.push(`  at     ${path}`);
  lines.push(`  want   ${shorten(toText(want), maxOutcome)}`, `  got    ${shorten(toText(got), maxOutcome)}`);
  return lines.join('\n');
}

function toText(value: unknown): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value);
}

function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}… (${text.length} characters)`;
}

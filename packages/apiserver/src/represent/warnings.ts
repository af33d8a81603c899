const maxTotal = 4096;
const maxEach = 256;

/** The values of `Warning` headers: all of them, or each shortened when they are too long together. */
export function warningHeaders(warnings: Iterable<string>): string[] {
  const texts = [...warnings].map((text) => Array.from(text.replace(/[\r\n\t]+/g, ' ')));
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  const fitting = total > maxTotal ? texts.map((text) => text.slice(0, maxEach)) : texts;
  return fitting.map((text) => `299 - "${text.join('').replace(/[\\"]/g, '\\$&')}"`);
}

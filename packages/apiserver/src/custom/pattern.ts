/** Go's flags in front of a pattern, such as `(?i)`. */
const leadingFlags = /^\(\?([ims]+)\)/;

/** A pattern of a schema, which Go's syntax writes, as an expression. @throws SyntaxError */
export function compilePattern(pattern: string): RegExp {
  const flags = leadingFlags.exec(pattern)?.[1] ?? '';
  const source = pattern
    .replace(leadingFlags, '')
    .replaceAll('\\z', '$')
    .replaceAll('\\A', '^')
    .replaceAll('[[:alpha:]]', '[A-Za-z]')
    .replaceAll('[[:digit:]]', '[0-9]')
    .replaceAll('[[:alnum:]]', '[0-9A-Za-z]');
  try {
    return new RegExp(source, `u${flags}`);
  } catch {
    // Escapes such as `\-` outside of classes are errors only under `u`.
    return new RegExp(source, flags);
  }
}

import { compileRegexp, RegexpError } from '@sluice/go-regexp';
import { KustomizeError } from './errors.ts';
import { quoted } from './go-text.ts';

/** A regular expression in Go's syntax, as the engine uses it. */
export interface Pattern {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
}

/** @throws KustomizeError with Go's text when the expression is invalid */
export function goRegexp(source: string): Pattern {
  if (isPlain(source)) return plainPattern(source);
  try {
    return compileRegexp(source);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    throw new KustomizeError(
      error.message,
      { hint: `${quoted(source)} is no valid regular expression` },
      { cause: error },
    );
  }
}

// Nearly all expressions are plain names, for which the built-in engine is exact and cannot take long: `.` is the only
// operator, and Go's `.` is any character but a line feed.
function isPlain(source: string): boolean {
  return (
    /^\^?(\(\?:)?[\w./:@ -]*\)?(\(:\[a-zA-Z0-9_\.\{\}-\]\*\)\?\(@sha256:\[a-zA-Z0-9_\.\{\}-\]\*\)\?)?\$?$/.test(
      source,
    ) && isBalanced(source)
  );
}

function isBalanced(source: string): boolean {
  return source.split('(').length === source.split(')').length;
}

function plainPattern(source: string): Pattern {
  const outsideClasses = source.replace(/\[[^\]]*\]|\./g, (part) => (part === '.' ? '[^\\n]' : part));
  const compiled = new RegExp(outsideClasses.replaceAll('/', '\\/'), 'u');
  return { test: (text) => compiled.test(text) };
}

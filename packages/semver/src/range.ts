import { utf8Length } from './bytes.ts';
import { SemverError } from './error.ts';
import { goQuote } from './go-quote.ts';
import { accepts, type Operator, type Term } from './term.ts';
import { parseVersion, type Version } from './version.ts';

/** A parsed constraint such as `>=1.2, <2.0.0 || 3.x`. */
export type Range = {
  /** Whether the version lies in the range. */
  test(version: Version): boolean;
  /** The range in normal form: `>=1.2 <2.0.0 || 3.x`. */
  toString(): string;
};

const maxRangeBytes = 512;
const maxGroups = 32;
// Go's \s is ASCII only, and a bar counts as part of a number: both are the library's grammar.
const space = '[\\t\\n\\f\\r ]';
const part = '[0-9|xX*]+';
const dotted = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const version = `v?${part}(?:\\.${part})?(?:\\.${part})?(?:-${dotted})?(?:\\+${dotted})?`;
const hyphenRange = new RegExp(`${space}*(${version})${space}+-${space}+(${version})${space}*`, 'g');
const termPattern = new RegExp(`(!=|[<>]=|=[<>]|~>|[=<>~^]|)${space}*(${version})`, 'y');
const separatorPattern = new RegExp(`${space}*,${space}*|${space}+`, 'y');
const pieces = new RegExp(`^v?(${part})(?:\\.(${part}))?(?:\\.(${part}))?(-${dotted})?`);

/**
 * Reads a constraint by the grammar of Masterminds/semver v3, which is not npm's.
 * @throws SemverError `improper constraint: "…"`, `constraint parser error`, or one of the limits (512 bytes, 32 groups)
 */
export function parseRange(text: string): Range {
  if (utf8Length(text) > maxRangeBytes) {
    throw new SemverError(`constraint string is too long (max ${maxRangeBytes} bytes)`);
  }
  const groups = rewriteHyphens(text).split('||');
  if (groups.length > maxGroups) throw new SemverError(`too many constraint groups (max ${maxGroups})`);
  const parsed = groups.map(parseGroup);
  return {
    test: (candidate) => parsed.some((terms) => accepts(terms, candidate)),
    toString: () => parsed.map((terms) => terms.map((term) => term.text).join(' ')).join(' || '),
  };
}

/** `A - B` becomes `>= A, <= B`, wherever it stands: what that makes of a term before it is checked afterwards. */
function rewriteHyphens(text: string): string {
  let result = text;
  for (const [whole, low, high] of text.matchAll(hyphenRange)) {
    result = result.replace(whole, () => `>= ${low}, <= ${high} `);
  }
  return result;
}

/** Scans by hand what the library matches with one expression, as that one takes exponential time in JavaScript. */
function parseGroup(group: string): Term[] {
  const terms: { operator: Operator; version: string }[] = [];
  let at = skip(group, 0);
  for (;;) {
    termPattern.lastIndex = at;
    const match = termPattern.exec(group);
    if (match === null) throw improper(group);
    // The pattern's first group is one of the operators or empty.
    terms.push({ operator: match[1] as Operator, version: match[2]! });
    at = termPattern.lastIndex;
    if (skip(group, at) === group.length) break;
    separatorPattern.lastIndex = at;
    if (!separatorPattern.test(group)) throw improper(group);
    at = separatorPattern.lastIndex;
  }
  return terms.map(({ operator, version: text }) => buildTerm(operator, text));
}

function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && '\t\n\f\r '.includes(text[at]!)) at++;
  return at;
}

function improper(group: string): SemverError {
  return new SemverError(`improper constraint: ${goQuote(group)}`);
}

function buildTerm(operator: Operator, text: string): Term {
  const [, major = '', minor = '', patch = '', prerelease = ''] = pieces.exec(text) ?? [];
  const term = { operator, text: `${operator}${text}` };
  if (isWild(major)) return { ...term, open: 'all', version: readVersion(`0.0.0${prerelease}`) };
  if (isWild(minor)) return { ...term, open: 'minor', version: readVersion(`${major}.0.0${prerelease}`) };
  if (isWild(patch)) return { ...term, open: 'patch', version: readVersion(`${major}.${minor}.0${prerelease}`) };
  return { ...term, open: 'none', version: readVersion(text) };
}

function isWild(piece: string): boolean {
  return ['', 'x', 'X', '*'].includes(piece);
}

function readVersion(text: string): Version {
  try {
    return parseVersion(text);
  } catch (cause) {
    throw new SemverError('constraint parser error', { cause });
  }
}

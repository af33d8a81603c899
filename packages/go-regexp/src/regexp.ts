import { RE2JS, RE2JSException } from 're2js';
import { expandTemplate, type Match } from './match.ts';
import { renameRepeated } from './repeated-names.ts';

/** An expression that Go's `regexp` refuses. The message is Go's: ``error parsing regexp: missing closing ): `(` ``. */
export class RegexpError extends Error {
  override readonly name = 'RegexpError';
}

/** A compiled expression. It holds no state: one may be used by many. All of it runs in time linear in the text. */
export type Regexp = {
  readonly source: string;
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
  /** Whether it matches the whole text. */
  matchesWhole(text: string): boolean;
  /** The leftmost match. */
  find(text: string): Match | undefined;
  /** Matches from left to right that do not overlap; an empty one right after another match does not count. */
  findAll(text: string, limit?: number): Match[];
  /** Each match replaced by the template, see `expandTemplate`, or by what the function makes of it. */
  replaceAll(text: string, replacement: string | ((match: Match) => string)): string;
};

/** @throws RegexpError when the expression is invalid */
export function compileRegexp(source: string): Regexp {
  const unique = renameRepeated(source);
  const compiled = compile(unique.source, source);
  const findAll = (text: string, limit = Infinity): Match[] =>
    allMatches(compiled, text, limit).map((match) => withWrittenNames(match, unique.written));
  return {
    source,
    test: (text) => compiled.matcher(text).find(),
    matchesWhole: (text) => compiled.matcher(text).matches(),
    find: (text) => findAll(text, 1)[0],
    findAll,
    replaceAll: (text, replacement) => replaceMatches(text, findAll(text), replacement),
  };
}

function compile(source: string, written: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new RegexpError(goText(error.message, written), { cause: error });
  }
}

/** Go quotes the part at fault, also when it is empty or all of the expression; the library leaves it out then. */
function goText(message: string, source: string): string {
  if (message.endsWith('`')) return message;
  return `${message}: \`${message.endsWith('expression nests too deeply') ? source : ''}\``;
}

/** A name of several groups stands for the first of them that took part. */
function withWrittenNames(match: Match, written: ReadonlyMap<string, string>): Match {
  if (written.size === 0) return match;
  const names: Record<string, number> = {};
  for (const [unique, index] of Object.entries(match.names).sort(([, a], [, b]) => a - b)) {
    const name = written.get(unique) ?? unique;
    const known = Object.hasOwn(names, name) ? names[name] : undefined;
    if (known === undefined || match.groups[known] === undefined) names[name] = index;
  }
  return { ...match, names };
}

function allMatches(compiled: RE2JS, text: string, limit: number): Match[] {
  const matches: Match[] = [];
  const matcher = compiled.matcher(text);
  const names = compiled.namedGroups();
  let lastEnd = -1;
  while (matches.length < limit && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === lastEnd) continue;
    lastEnd = end;
    matches.push({ start, end, names, groups: groupsOf(matcher, compiled.groupCount()) });
  }
  return matches;
}

function groupsOf(matcher: { group(index: number): string | null }, count: number): (string | undefined)[] {
  return Array.from({ length: count + 1 }, (_, index) => matcher.group(index) ?? undefined);
}

function replaceMatches(text: string, matches: Match[], replacement: string | ((match: Match) => string)): string {
  let result = '';
  let position = 0;
  for (const match of matches) {
    result += text.slice(position, match.start);
    result += typeof replacement === 'string' ? expandTemplate(replacement, match) : replacement(match);
    position = match.end;
  }
  return result + text.slice(position);
}

import { compileGlob, type GlobMatcher } from '@sluice/glob';
import type { Path } from './path.ts';

/** One line of an ignore file. */
export type Pattern = {
  /** The folder of the ignore file, in segments: the pattern holds below it and is matched relative to it. */
  readonly domain: readonly string[];
  /** Whether the pattern starts with `!`, so what it matches is kept. */
  readonly includes: boolean;
  /** Whether the pattern ends with `/`. */
  readonly directoryOnly: boolean;
  /** Whether a `/` ties the pattern to its domain; otherwise it fits at any depth. */
  readonly anchored: boolean;
  readonly segments: readonly Segment[];
};

/** What a piece between slashes asks of a path; `never` is a glob that is malformed or has `**` in it. */
type Segment =
  | { readonly kind: 'empty' | 'anyDepth' | 'never' }
  | { readonly kind: 'glob'; readonly test: GlobMatcher };

const utf8 = new TextEncoder();

/** Reads a line that is neither blank nor a comment. */
export function parsePattern(line: string, domain: readonly string[]): Pattern {
  const includes = line.startsWith('!');
  const trimmed = trimSpaces(includes ? line.slice(1) : line);
  const directoryOnly = trimmed.endsWith('/');
  const text = directoryOnly ? trimmed.slice(0, -1) : trimmed;
  const anchored = text.includes('/');
  const segments = anchored ? text.split('/').map(parseAnchoredSegment) : [parseGlob(text)];
  return { domain, includes, directoryOnly, anchored, segments };
}

/** Whether the pattern says anything about the path, be it to leave it out or to keep it. */
export function matchesPattern(pattern: Pattern, { names, segments, isDirectory }: Path): boolean {
  const { domain } = pattern;
  if (segments.length <= domain.length || domain.some((name, depth) => names[depth] !== name)) return false;
  const below = domain.length === 0 ? segments : segments.slice(domain.length);
  const rest = pattern.anchored ? matchAnchored(pattern.segments, below) : matchAtAnyDepth(pattern.segments, below);
  if (rest === undefined) return false;
  return !(pattern.directoryOnly && rest === 0 && !isDirectory);
}

/** Spaces at the end do not count, but a quoted one keeps all that stand before it. */
function trimSpaces(line: string): string {
  if (line.endsWith('\\ ')) return line;
  let end = line.length;
  while (line[end - 1] === ' ') end--;
  return line.slice(0, end);
}

function parseAnchoredSegment(text: string): Segment {
  if (text === '') return { kind: 'empty' };
  if (text === '**') return { kind: 'anyDepth' };
  return text.includes('**') ? { kind: 'never' } : parseGlob(text);
}

function parseGlob(text: string): Segment {
  const test = compileGlob(utf8.encode(text));
  return test === undefined ? { kind: 'never' } : { kind: 'glob', test };
}

/**
 * Matches the name of the path or of any folder above it.
 * @returns how many segments of the path lie below the match, `undefined` when there is none
 */
function matchAtAnyDepth([segment]: readonly Segment[], path: readonly Uint8Array[]): number | undefined {
  const found = segment?.kind === 'glob' ? path.findIndex(segment.test) : -1;
  return found < 0 ? undefined : path.length - found - 1;
}

/**
 * Matches from the domain on; the path may go on below the match. `**` takes the first fit and never a later one.
 * @returns how many segments of the path are left, `undefined` when there is no match
 */
function matchAnchored(segments: readonly Segment[], path: readonly Uint8Array[]): number | undefined {
  let at = 0;
  let matched = false;
  let anyDepth = false;
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'never') return undefined;
    if (segment.kind === 'anyDepth' && index === segments.length - 1) break;
    if (segment.kind !== 'glob') {
      anyDepth = segment.kind === 'anyDepth';
      continue;
    }
    const end = anyDepth ? path.length : at + 1;
    while (at < end && at < path.length && !segment.test(path[at]!)) at++;
    if (at >= end || at >= path.length) return undefined;
    at++;
    matched = true;
    anyDepth = false;
  }
  return matched ? path.length - at : undefined;
}

import { compareVersions } from './compare.ts';
import type { Version } from './version.ts';

export type Operator = '' | '=' | '!=' | '>' | '<' | '>=' | '=>' | '<=' | '=<' | '~' | '~>' | '^';

/** One comparison of a range. */
export type Term = {
  readonly operator: Operator;
  /** The operator and the version as they were written, without space between. */
  readonly text: string;
  /** What the wildcards stand for is 0 here. */
  readonly version: Version;
  /** The first number that is missing or a wildcard. */
  readonly open: 'none' | 'patch' | 'minor' | 'all';
};

type Check = (candidate: Version, term: Term) => boolean;

const checks: Readonly<Record<Operator, Check>> = {
  '': isEqual,
  '=': isEqual,
  '!=': isNotEqual,
  '>': isGreater,
  '<': (candidate, { version }) => compareVersions(candidate, version) < 0,
  '>=': isAtLeast,
  '=>': isAtLeast,
  '<=': isAtMost,
  '=<': isAtMost,
  '~': isTilde,
  '~>': isTilde,
  '^': isCaret,
};

/**
 * Whether the version meets all terms of a group. A prerelease in one of the terms admits all prereleases to the whole
 * group; without one none is admitted.
 */
export function accepts(group: readonly Term[], candidate: Version): boolean {
  const admitsPrereleases = group.some((term) => term.version.prerelease !== '');
  if (candidate.prerelease !== '' && !admitsPrereleases) return false;
  return group.every((term) => checks[term.operator](candidate, term));
}

function isEqual(candidate: Version, term: Term): boolean {
  return term.open === 'none' ? compareVersions(candidate, term.version) === 0 : isTilde(candidate, term);
}

function isNotEqual(candidate: Version, { version, open }: Term): boolean {
  if (open === 'none' || open === 'all') return compareVersions(candidate, version) !== 0;
  if (candidate.major !== version.major) return true;
  if (open === 'minor') return false;
  return candidate.minor !== version.minor || candidate.prerelease !== version.prerelease;
}

function isGreater(candidate: Version, { version, open }: Term): boolean {
  if (open === 'none' || open === 'all') return compareVersions(candidate, version) > 0;
  if (candidate.major !== version.major) return candidate.major > version.major;
  return open === 'patch' && candidate.minor > version.minor;
}

function isAtLeast(candidate: Version, { version }: Term): boolean {
  return compareVersions(candidate, version) >= 0;
}

function isAtMost(candidate: Version, { version, open }: Term): boolean {
  if (open === 'none') return compareVersions(candidate, version) <= 0;
  if (candidate.major !== version.major) return candidate.major < version.major;
  return open === 'minor' || candidate.minor <= version.minor;
}

/** Same minor, or same major when the minor is open. `~0.0.0` and `~*` accept every version that is not older. */
function isTilde(candidate: Version, { version, open }: Term): boolean {
  if (compareVersions(candidate, version) < 0) return false;
  if (isZero(version) && (open === 'none' || open === 'all')) return true;
  if (candidate.major !== version.major) return false;
  return open === 'minor' || candidate.minor === version.minor;
}

/** No change of the first number that is not 0. */
function isCaret(candidate: Version, { version, open }: Term): boolean {
  if (compareVersions(candidate, version) < 0) return false;
  if (candidate.major !== version.major) return false;
  if (version.major > 0n || open === 'minor') return true;
  if (candidate.minor !== version.minor) return false;
  if (version.minor > 0n || open === 'patch') return true;
  return candidate.patch === version.patch;
}

function isZero({ major, minor, patch }: Version): boolean {
  return major === 0n && minor === 0n && patch === 0n;
}

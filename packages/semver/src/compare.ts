import { numericIdentifier, type Version } from './version.ts';

/**
 * Order by precedence: negative when `a` is older, 0 when neither is (build metadata, `v` and leading zeros do not count).
 * @see https://semver.org/spec/v2.0.0.html#spec-item-11
 */
export function compareVersions(a: Version, b: Version): number {
  return (
    compare(a.major, b.major) ||
    compare(a.minor, b.minor) ||
    compare(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareIdentifiers(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return compare(left.length, right.length);
}

function compareIdentifiers(a: string, b: string): number {
  const left = numericIdentifier(a);
  const right = numericIdentifier(b);
  if (left !== undefined && right !== undefined) return compare(left, right);
  if (left !== undefined) return -1;
  if (right !== undefined) return 1;
  return compare(a, b);
}

function compare<T extends string | number | bigint>(a: T, b: T): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

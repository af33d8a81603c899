import {
  compareVersions,
  formatVersion,
  parseRange,
  parseStrictVersion,
  parseTagVersion,
  parseVersion,
  type Version,
} from '@sluice/semver';
import type { FamilyRunner } from './case.ts';

type Input =
  | { op: 'parse'; version: string }
  | { op: 'constraint'; constraint: string }
  | { op: 'check'; constraint: string; versions: string[] }
  | { op: 'compare'; a: string; b: string }
  | { op: 'sort'; versions: string[] };

export const families: Record<string, FamilyRunner> = { semver: (input) => run(input as Input) };

function run(input: Input): unknown {
  switch (input.op) {
    case 'parse':
      return {
        gated: describe(parseTagVersion, input.version),
        lenient: describe(parseVersion, input.version),
        strict: describe(parseStrictVersion, input.version),
      };
    case 'constraint':
      return { string: parseRange(input.constraint).toString() };
    case 'check': {
      const range = parseRange(input.constraint);
      return { accepted: input.versions.filter((version) => range.test(parseVersion(version))) };
    }
    case 'compare':
      return { order: compareVersions(parseVersion(input.a), parseVersion(input.b)) };
    case 'sort':
      return {
        ascending: input.versions
          .map(parseVersion)
          .sort(compareVersions)
          .map((version) => version.raw),
      };
  }
}

function describe(parse: (raw: string) => Version, raw: string): unknown {
  try {
    const version = parse(raw);
    const { major, minor, patch, prerelease, metadata } = version;
    const numbers = { major: String(major), minor: String(minor), patch: String(patch) };
    return { canonical: formatVersion(version), original: version.raw, ...numbers, prerelease, metadata };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

export { compareVersions } from './compare.ts';
export { SemverError } from './error.ts';
export { parseRange, type Range } from './range.ts';
export {
  formatVersion,
  parseStrictVersion,
  parseTagVersion,
  parseVersion,
  tryParseTagVersion,
  tryParseVersion,
  type Version,
} from './version.ts';

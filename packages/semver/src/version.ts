import { utf8Length } from './bytes.ts';
import { SemverError } from './error.ts';

/** A version. Numbers are 64 bit wide, hence the bigints. */
export type Version = {
  /** The text as it was written, with its `v` and its leading zeros. */
  readonly raw: string;
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without the hyphen, empty for a release. */
  readonly prerelease: string;
  /** Build metadata without the plus sign, may be empty. */
  readonly metadata: string;
};

const maxVersionBytes = 256;
const maxUint64 = 2n ** 64n - 1n;
const dotted = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const loose = new RegExp(`^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-(${dotted}))?(?:\\+(${dotted}))?$`);
const digits = /^[0-9]+$/;

/**
 * Reads a version leniently: `v` in front, leading zeros and a missing minor or patch (0) are fine.
 * @throws SemverError
 */
export function parseVersion(raw: string): Version {
  checkLength(raw);
  const match = loose.exec(raw);
  if (match === null) throw new SemverError('invalid semantic version');
  const [, major = '0', minor = '0', patch = '0', prerelease = '', metadata = ''] = match;
  const numbers = { major: looseNumber(major), minor: looseNumber(minor), patch: looseNumber(patch) };
  if (prerelease !== '') checkPrerelease(prerelease);
  return { raw, ...numbers, prerelease, metadata };
}

/** `parseVersion`, or `undefined` for a text that is no version. */
export function tryParseVersion(raw: string): Version | undefined {
  return undefinedOnRefusal(() => parseVersion(raw));
}

/**
 * Reads a tag of a repository as Flux does: leniently, but with at least three pieces between dots, so `1` and `v1.2`
 * are no versions (and `1-a.b.c` is one).
 * @throws SemverError
 */
export function parseTagVersion(tag: string): Version {
  if (tag.split('.', 3).length < 3) throw new SemverError('invalid semantic version');
  return parseVersion(tag);
}

/** `parseTagVersion`, or `undefined` for a tag that is no version. */
export function tryParseTagVersion(tag: string): Version | undefined {
  return undefinedOnRefusal(() => parseTagVersion(tag));
}

/**
 * Reads a version exactly as semver.org 2.0.0 has it.
 * @throws SemverError
 */
export function parseStrictVersion(raw: string): Version {
  if (raw === '') throw new SemverError('version string empty');
  checkLength(raw);
  const [major, minor, rest] = splitInThree(raw);
  const [release, metadata] = cut(rest, '+');
  if (metadata !== undefined) checkMetadata(metadata);
  const [patch, prerelease] = cut(release, '-');
  if (prerelease !== undefined) checkPrerelease(prerelease);
  for (const text of [major, minor, patch]) checkStrictNumber(text);
  return {
    raw,
    major: parseUint64(major),
    minor: parseUint64(minor),
    patch: parseUint64(patch),
    prerelease: prerelease ?? '',
    metadata: metadata ?? '',
  };
}

/** The version in normal form: three numbers without leading zeros and no `v`. */
export function formatVersion({ major, minor, patch, prerelease, metadata }: Version): string {
  const pre = prerelease === '' ? '' : `-${prerelease}`;
  const meta = metadata === '' ? '' : `+${metadata}`;
  return `${major}.${minor}.${patch}${pre}${meta}`;
}

/** The value of a prerelease identifier that counts as a number; `undefined` for letters and beyond 64 bits. */
export function numericIdentifier(identifier: string): bigint | undefined {
  if (!digits.test(identifier)) return undefined;
  const value = BigInt(identifier);
  return value > maxUint64 ? undefined : value;
}

function undefinedOnRefusal(parse: () => Version): Version | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SemverError) return undefined;
    throw error;
  }
}

function checkLength(raw: string): void {
  if (utf8Length(raw) > maxVersionBytes) {
    throw new SemverError(`version string is too long (max ${maxVersionBytes} bytes)`);
  }
}

function looseNumber(text: string): bigint {
  const value = BigInt(text);
  if (value > maxUint64) throw new SemverError(`error parsing version segment: ${outOfRange(text)}`);
  return value;
}

function splitInThree(raw: string): [string, string, string] {
  const [major, minor, ...rest] = raw.split('.');
  if (major === undefined || minor === undefined || rest.length === 0)
    throw new SemverError('invalid semantic version');
  return [major, minor, rest.join('.')];
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function checkMetadata(metadata: string): void {
  const valid = metadata.split('.').every((identifier) => /^[0-9A-Za-z-]+$/.test(identifier));
  if (!valid) throw new SemverError('invalid metadata string');
}

function checkPrerelease(prerelease: string): void {
  for (const identifier of prerelease.split('.')) {
    if (!/^[0-9A-Za-z-]+$/.test(identifier)) throw new SemverError('invalid prerelease string');
    if (digits.test(identifier)) checkLeadingZero(identifier);
  }
}

function checkStrictNumber(text: string): void {
  if (!/^[0-9]*$/.test(text)) throw new SemverError('invalid characters in version');
  checkLeadingZero(text);
}

function checkLeadingZero(text: string): void {
  if (text.length > 1 && text.startsWith('0')) throw new SemverError('version segment starts with 0');
}

function parseUint64(text: string): bigint {
  if (text === '') throw new SemverError('strconv.ParseUint: parsing "": invalid syntax');
  const value = BigInt(text);
  if (value > maxUint64) throw new SemverError(outOfRange(text));
  return value;
}

function outOfRange(text: string): string {
  return `strconv.ParseUint: parsing "${text}": value out of range`;
}

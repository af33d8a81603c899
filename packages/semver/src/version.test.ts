import { expect, test } from 'vitest';
import { SemverError } from './error.ts';
import {
  formatVersion,
  parseStrictVersion,
  parseTagVersion,
  parseVersion,
  tryParseTagVersion,
  tryParseVersion,
} from './version.ts';

test.each([
  { raw: 'v1.2.3-rc.1+b.7', normal: '1.2.3-rc.1+b.7' },
  { raw: '01.002.3', normal: '1.2.3' },
  { raw: '1', normal: '1.0.0' },
  { raw: 'v1.2', normal: '1.2.0' },
  { raw: '1.2-5', normal: '1.2.0-5' },
  { raw: '18446744073709551615.0.0', normal: '18446744073709551615.0.0' },
])('$raw is $normal', ({ raw, normal }) => {
  const version = parseVersion(raw);
  expect(version.raw).toBe(raw);
  expect(formatVersion(version)).toBe(normal);
});

test.each([
  { raw: 'V1.2.3', why: 'invalid semantic version' },
  { raw: '1.2.3\n', why: 'invalid semantic version' },
  { raw: '1.2.3-rc_1', why: 'invalid semantic version' },
  { raw: '1.2.3-01', why: 'version segment starts with 0' },
  { raw: '18446744073709551616.0.0', why: 'error parsing version segment' }, // image 14.6-125
  { raw: `1.2.3-${'é'.repeat(126)}`, why: 'version string is too long (max 256 bytes)' },
])('$raw is refused: $why', ({ raw, why }) => {
  expect(() => parseVersion(raw)).toThrow(SemverError);
  expect(() => parseVersion(raw)).toThrow(why);
  expect(tryParseVersion(raw)).toBeUndefined();
});

// source 20.14-215
test('a tag needs three pieces', () => {
  expect(['1', 'v1', '1.2', 'v1.2', '1.2-5'].map(tryParseTagVersion)).toEqual(Array(5).fill(undefined));
  expect(formatVersion(parseTagVersion('1-a.b.c'))).toBe('1.0.0-a.b.c');
  expect(parseTagVersion('v2024.01.05').raw).toBe('v2024.01.05');
});

test('the strict parser takes no v, no leading zero and no missing number', () => {
  expect(formatVersion(parseStrictVersion('1.2.3-rc.1+007'))).toBe('1.2.3-rc.1+007');
  expect(() => parseStrictVersion('v1.2.3')).toThrow('invalid characters in version');
  expect(() => parseStrictVersion('1.02.3')).toThrow('version segment starts with 0');
  expect(() => parseStrictVersion('1.2')).toThrow('invalid semantic version');
  expect(() => parseStrictVersion('')).toThrow('version string empty');
});

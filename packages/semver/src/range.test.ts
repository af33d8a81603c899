import { cpuMs } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { SemverError } from './error.ts';
import { parseRange } from './range.ts';
import { parseTagVersion, tryParseTagVersion } from './version.ts';

// image 14.6-117: what the original library answers, tags apart by a space
const rows: { range: string; accepts: string; rejects?: string; ignores?: string }[] = [
  { range: '1.2.3', accepts: '1.2.3 v1.2.3 1.2.3+b1', rejects: '1.2.4 1.2.3-rc.1' },
  { range: '=1.2.3', accepts: '1.2.3 1.2.3+meta', rejects: '1.2.4' },
  { range: '1', accepts: '1.0.0 1.9.9', rejects: '2.0.0 0.9.9 1.0.0-rc.1' },
  { range: '1.2', accepts: '1.2.0 1.2.9', rejects: '1.3.0 1.2.0-rc.1' },
  { range: 'v1.2', accepts: '1.2.5 v1.2.5' },
  { range: '1.x', accepts: '1.5.0', rejects: '2.0.0 1.0.0-beta' },
  { range: '1.X', accepts: '1.5.0' },
  { range: '1.*', accepts: '1.5.0' },
  { range: '1.2.x', accepts: '1.2.7', rejects: '1.3.0' },
  { range: '1.x.x', accepts: '1.9.0' },
  { range: '1.x.3', accepts: '1.0.3 1.5.0' },
  { range: 'x', accepts: '3.0.0', rejects: '3.0.0-rc.1' },
  { range: '*', accepts: '3.0.0 0.0.0 v2.0.0', rejects: '3.0.0-rc.1' },
  { range: '*-0', accepts: '3.0.0 3.0.0-rc.1' },
  { range: '>=0', accepts: '1.0.0', rejects: '1.0.0-rc' },
  { range: '>=0.x', accepts: '0.1.0' },
  { range: '>1', accepts: '2.0.0', rejects: '1.0.1 1.9.9' },
  { range: '>1.x', accepts: '2.0.0', rejects: '1.9.9' },
  { range: '>1.2', accepts: '1.3.0', rejects: '1.2.9' },
  { range: '>1.2.3', accepts: '1.2.4', rejects: '1.2.3 1.2.4-rc.1' },
  { range: '>=1.2.3', accepts: '1.2.3 2.0.0', rejects: '1.2.3-rc.1 2.0.0-rc.1 1.2.3-0' },
  { range: '>= 1.2.3', accepts: '1.2.3' },
  { range: '=>1.2.3', accepts: '1.2.3' },
  { range: '=<1.2.3', accepts: '1.2.3', rejects: '1.2.4' },
  { range: '<=1.2.3', accepts: '1.2.3', rejects: '1.2.4' },
  { range: '<=1', accepts: '1.9.9', rejects: '2.0.0' },
  { range: '<=1.2', accepts: '1.2.9', rejects: '1.3.0' },
  { range: '<2', accepts: '1.9.9', rejects: '2.0.0 2.0.0-rc.1' },
  { range: '<2.0.0', accepts: '1.9.9', rejects: '2.0.0-rc.1' },
  { range: '<1.2', accepts: '1.1.9', rejects: '1.2.0' },
  { range: '!=1.2.3', accepts: '1.2.4', rejects: '1.2.3 1.2.4-rc.1' },
  { range: '!=1.2', accepts: '1.3.0', rejects: '1.2.9' },
  { range: '!=1', accepts: '2.0.0', rejects: '1.5.0' },
  { range: '!=*', accepts: '1.0.0', rejects: '0.0.0' },
  { range: '~1.2.3', accepts: '1.2.3 1.2.9', rejects: '1.3.0 1.2.2 1.2.4-rc.1' },
  { range: '~1.2', accepts: '1.2.0', rejects: '1.3.0' },
  { range: '~1', accepts: '1.9.9', rejects: '2.0.0' },
  { range: '~1.2.3-0', accepts: '1.2.3-rc.1 1.2.9-rc.1 1.2.9', rejects: '1.3.0 1.3.0-rc.1' },
  { range: '~>1.2.3', accepts: '1.2.9', rejects: '1.3.0' },
  { range: '~> 1.2', accepts: '1.2.9', rejects: '1.3.0' },
  { range: '~0.0.0', accepts: '0.0.5 0.1.0 5.0.0' },
  { range: '~0', accepts: '0.9.9', rejects: '1.0.0' },
  { range: '~0.0', accepts: '0.0.9', rejects: '0.1.0' },
  { range: '^1.2.3', accepts: '1.2.3 1.9.9', rejects: '2.0.0 1.2.2 1.3.0-rc.1 2.0.0-rc.1' },
  { range: '^1.2', accepts: '1.9.0', rejects: '2.0.0' },
  { range: '^1', accepts: '1.9.0', rejects: '2.0.0' },
  { range: '^0.2.3', accepts: '0.2.9', rejects: '0.3.0' },
  { range: '^0.2', accepts: '0.2.0', rejects: '0.3.0' },
  { range: '^0.0.3', accepts: '0.0.3', rejects: '0.0.4' },
  { range: '^0.0', accepts: '0.0.9', rejects: '0.1.0' },
  { range: '^0', accepts: '0.9.9', rejects: '1.0.0' },
  { range: '^1.x', accepts: '1.5.0' },
  { range: '^1.x-0', accepts: '1.5.0-rc.1 1.5.0 1.0.0-alpha', rejects: '2.0.0-rc.1' },
  { range: '^1.2.3-beta.2', accepts: '1.2.3-beta.4 1.2.4-beta.1 1.9.0', rejects: '1.2.3-beta.1 2.0.0-rc.1' },
  { range: '^*', accepts: '0.0.0', rejects: '1.2.3' },
  { range: '~*', accepts: '1.2.3' },
  { range: '>*', accepts: '1.0.0', rejects: '0.0.0' },
  { range: '<*', accepts: '', rejects: '1.0.0' },
  { range: '<=*', accepts: '', rejects: '1.0.0 0.5.0' },
  { range: '>=*', accepts: '1.0.0' },
  { range: '>=1.0.0-0', accepts: '1.0.0-rc.1 2.0.0-rc.1 1.0.0', rejects: '0.9.9' },
  { range: '>=1.0.0-0 <2.0.0', accepts: '1.5.0-rc.1 2.0.0-rc.1', rejects: '2.0.0' },
  { range: '>=1.0.0-0 <2.0.0-0', accepts: '1.5.0-rc.1', rejects: '2.0.0-rc.1 2.0.0-0' },
  { range: '>1.0.0-rc <2.0.0-rc', accepts: '1.0.0 1.0.0-rc.1 2.0.0-beta', rejects: '2.0.0-rc.1' },
  { range: '>=1.0.0-0 || 3.x', accepts: '3.1.0-rc.1', rejects: '0.5.0-rc.1' },
  { range: '1.x || >=3.0.0-0', accepts: '3.0.0-rc.1', rejects: '1.5.0-rc.1' },
  { range: '>=1.0.0 <2.0.0', accepts: '1.5.0', rejects: '2.0.0' },
  { range: '>=1.0.0, <2.0.0', accepts: '1.5.0', rejects: '2.0.0' },
  { range: '>=1.0.0,<2.0.0', accepts: '1.5.0' },
  { range: '>=1.0.0 , <2.0.0', accepts: '1.5.0' },
  { range: '1.2.3 || 2.x', accepts: '2.5.0 1.2.3', rejects: '1.2.4' },
  { range: '1.2.3||2.x', accepts: '2.5.0' },
  { range: '1.2.3 - 2.3.4', accepts: '1.2.3 2.3.4', rejects: '2.3.5' },
  { range: '1.2 - 2.3', accepts: '1.2.0 2.3.9', rejects: '2.4.0' },
  { range: '1.2 - 2', accepts: '2.9.9', rejects: '3.0.0' },
  { range: '1.2.3-2.3.4', accepts: '', rejects: '1.2.3' },
  { range: '1.0.0 - 2.0.0 || 3.x', accepts: '3.1.0 1.5.0' },
  { range: '1.02.3', accepts: '1.2.3' },
  { range: '01.2.3', accepts: '1.2.3' },
  { range: ' 1.2.3 ', accepts: '1.2.3' },
  { range: '>1.2.3+b', accepts: '1.2.4', rejects: '1.2.3+c' },
  { range: '>=1.2.3-alpha', accepts: '1.2.3-beta', rejects: '1.2.3-ALPHA 1.2.3-1' },
  { range: '>=1.0.0', accepts: '18446744073709551615.0.0', ignores: '99999999999999999999.0.0' },
  {
    range: '>=0.0.0',
    accepts: '01.2.3 1.02.3 2024.01.05',
    rejects: '1.2.3-1a.2.3 1.2-a.b.c 1-a.b.c 1.2.3-0-gabc 1.0.0-alpine3.18',
    ignores: '1.0 1 v1 v1.2 1.2.3.4 v1.2.3.4 1.2.3- 1.2.3-rc..1 1.2.3-rc_1 V1.2.3 1.2.x latest 1.2.3-01 v.1.2.3',
  },
  {
    range: '>=0.0.0-0',
    accepts:
      '1.2.3-0-gabc 1.0.0-alpine3.18 1.2-a.b.c 1-a.b.c 1.2.3-rc--1 1.2.3-main.20240105 1.2.3-1234567 2024.1.5-abc',
    ignores: '1.2.3-01 1.2.3-rc.01',
  },
  { range: '1.0.x-0', accepts: '1.0.5-rc.1 1.0.0-alpha', rejects: '1.1.0-rc.1' },
  { range: '1.0.0-x', accepts: '1.0.0-x', rejects: '1.0.0-y' },
  { range: '>1.0.0-alpha', accepts: '1.0.0-alpha.1 1.0.0-beta 1.0.0', rejects: '1.0.0-1' },
  { range: '<1.0.0-beta', accepts: '1.0.0-alpha 0.9.9 0.9.9-rc.1', rejects: '1.0.0-beta.1' },
  { range: '1.2.3-rc.1 || >=2.0.0', accepts: '', rejects: '2.1.0-rc.1' },
  { range: '>=1.0.0-0,<2.0.0-0', accepts: '1.5.0' },
  { range: '~1.x', accepts: '1.9.0' },
  { range: '~x', accepts: '3.0.0' },
  { range: '^x', accepts: '', rejects: '3.0.0' },
  { range: '^X', accepts: '0.0.0' },
  { range: '^0.0.0', accepts: '0.0.0', rejects: '0.0.1' },
  { range: '^0.0.0-0', accepts: '0.0.0-rc' },
  { range: '~1.2.3 || ~2.0', accepts: '2.0.5' },
  { range: '>1.2.3 <1.2.5 !=1.2.4', accepts: '', rejects: '1.2.4' },
  { range: '>1.2.3,!=1.2.4', accepts: '1.2.5' },
  { range: '1.2.3 1.2.3', accepts: '1.2.3' },
  { range: '!=1.2.x', accepts: '', rejects: '1.2.4' },
  { range: '!=1.x', accepts: '', rejects: '1.0.0' },
  { range: '=1.x', accepts: '1.4.0' },
  { range: '=*', accepts: '9.9.9' },
  { range: '>=v1.2', accepts: 'v1.3.0' },
  { range: '>= v1.2.3 < v2', accepts: '1.9.9' },
  { range: '<2-0', accepts: '', rejects: '2.0.0-alpha' },
  { range: '<2.0.0-0', accepts: '', rejects: '2.0.0-alpha' },
  { range: '>=2-0', accepts: '2.0.0-alpha' },
  { range: '>=1.2-0', accepts: '1.2.0-alpha' },
  { range: '^2.0-0', accepts: '2.3.0-rc.1' },
  { range: '1-0', accepts: '1.5.0-rc' },
  { range: '~1-0', accepts: '1.5.0-rc' },
  { range: '0.0.0', accepts: '0.0.0' },
  { range: '1.0.0 - 2', accepts: '2.9.0' },
  { range: '1.0 - 2.0-0', accepts: '2.0.5-rc' },
  { range: '1.0.0-0 - 2.0.0', accepts: '1.5.0-rc' },
  { range: '1.2.3+build', accepts: '1.2.3' },
  { range: '=1.2.3+a', accepts: '1.2.3+b' },
  { range: '>=1.2.3+b', accepts: '1.2.3' },
  { range: '*||1', accepts: '5.0.0' },
  { range: '5.0.3 ', accepts: '5.0.3' },
  { range: '<=1.2.3-0', accepts: '1.2.3-0' },
  { range: '>0.0.0', accepts: '0.0.1' },
  { range: '>0', accepts: '1.0.0', rejects: '0.9.0' },
  { range: '>=1.0.0,<=2', accepts: '2.9.9' },
  { range: '1.5.x,<1.5.5', accepts: '1.5.4' },
  { range: 'x.x.x', accepts: '2.0.0' },
  { range: '1.x.x-0', accepts: '1.0.0-rc' },
  { range: '*.1.2', accepts: '3.4.5' },
  { range: '^2024', accepts: '2024.07.03' },
];

describe('image 14.6-117', () => {
  test.each(rows)('$range accepts $accepts, rejects $rejects', ({ range, accepts, rejects, ignores }) => {
    const parsed = parseRange(range);
    const accepted = (tags: string[]) => tags.filter((tag) => parsed.test(parseTagVersion(tag)));
    expect(accepted(words(accepts))).toEqual(words(accepts));
    expect(accepted(words(rejects))).toEqual([]);
    expect(words(ignores).filter((tag) => tryParseTagVersion(tag) !== undefined)).toEqual([]);
  });

  test.each([
    '==1.2.3',
    'V1.2',
    '',
    '>=1.0.0<2.0.0',
    '>=1.0.0 && <2.0.0',
    '>=1.0.0 and <2.0.0',
    '||1.2.3',
    '1.2.3 || ',
    '1.0.0 - 2.0.0||3.0.0',
    '1.2.3.4',
    '1.2.3p',
    '-1',
    'a',
    'latest',
    '>=1.2.3 <',
    '>=',
    '1.2.3,',
    ', 1.2.3',
    '>=1.0.0;<2.0.0',
    '1.0.0 -2.0.0',
    '1.0.0- 2.0.0',
    '  ',
    '>=1.0.0 ||',
    "'1.2.3'",
    '^1.2.3.4',
    '~=1.2',
    '<>1.2',
  ])('%j is improper', (range) => {
    expect(() => parseRange(range)).toThrow(/^improper constraint: "/);
  });

  test.each(['1x', 'x1', '1.2.3-01', '1.2.3-rc.01', '>=18446744073709551616.0.0'])(
    '%j has a version that does not parse',
    (range) => {
      expect(() => parseRange(range)).toThrow('constraint parser error');
    },
  );
});

// source 20.14-215: the rows of source §13
const meanings: { range: string; from: string; below?: string }[] = [
  { range: '1.2', from: '1.2.0', below: '1.3.0' },
  { range: '1.2.x', from: '1.2.0', below: '1.3.0' },
  { range: '=1.2', from: '1.2.0', below: '1.3.0' },
  { range: '1', from: '1.0.0', below: '2.0.0' },
  { range: '~1', from: '1.0.0', below: '2.0.0' },
  { range: '*', from: '0.0.0' },
  { range: '>=0', from: '0.0.0' },
  { range: '*-0', from: '0.0.0-0' },
  { range: '>=0.0.0-0', from: '0.0.0-0' },
  { range: '~1.2.3', from: '1.2.3', below: '1.3.0' },
  { range: '~0.0.0', from: '0.0.0' },
  { range: '^1.2.3', from: '1.2.3', below: '2.0.0' },
  { range: '^0.2.3', from: '0.2.3', below: '0.3.0' },
  { range: '^0.0.3', from: '0.0.3', below: '0.0.4' },
  { range: '^0.0', from: '0.0.0', below: '0.1.0' },
  { range: '^0', from: '0.0.0', below: '1.0.0' },
  { range: '>11', from: '12.0.0' },
  { range: '>11.1', from: '11.2.0' },
  { range: '<=11', from: '0.0.0', below: '12.0.0' },
];
const ladder =
  '0.0.0-0 0.0.0 0.0.3 0.0.4 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.0 1.2.2 1.2.3 1.2.9 1.3.0 1.9.0 2.0.0 11.1.0 11.1.9 11.2.0 11.9.0 12.0.0 13.0.0';

test.each(meanings)('$range is from $from to below $below', ({ range, from, below }) => {
  const parsed = parseRange(range);
  const steps = words(ladder);
  const want = steps.slice(steps.indexOf(from), below === undefined ? undefined : steps.indexOf(below));
  expect(steps.filter((step) => parsed.test(parseTagVersion(step)))).toEqual(want);
});

// source 20.14-215
test('a prerelease in one term admits those of the whole group', () => {
  expect(parseRange('>=1.0.0-alpha <2.0.0').test(parseTagVersion('2.0.0-rc.1'))).toBe(true);
});

test.each([
  { range: 'é1', quoted: '"é1"' },
  { range: 'a\t"b"\\', quoted: '"a\\t\\"b\\"\\\\"' },
  { range: '1 || \u0001', quoted: '" \\x01"' },
  { range: '\u200b1', quoted: '"\\u200b1"' },
  { range: '\u{e0001}', quoted: '"\\U000e0001"' },
  { range: '>1.0.0 - 2.0.0', quoted: '">>= 1.0.0, <= 2.0.0 "' }, // the hyphen is rewritten first
])('$range is quoted as $quoted', ({ range, quoted }) => {
  expect(() => parseRange(range)).toThrow(new SemverError(`improper constraint: ${quoted}`));
});

test('takes 512 bytes and 32 groups, not more', () => {
  expect(parseRange(`1.2.3-${'a'.repeat(200)} ${' '.repeat(300)}`).toString()).toHaveLength(206);
  expect(() => parseRange(`1${' '.repeat(512)}`)).toThrow('constraint string is too long (max 512 bytes)');
  expect(() => parseRange('é'.repeat(257))).toThrow('constraint string is too long (max 512 bytes)');
  expect(parseRange(Array(32).fill('1').join('||')).toString()).toContain('1 || 1');
  expect(() => parseRange(Array(33).fill('1').join('||'))).toThrow('too many constraint groups (max 32)');
});

test('refuses a long hostile range at once', () => {
  const started = cpuMs();
  expect(() => parseRange(`${'1  '.repeat(160)}a`)).toThrow('improper constraint');
  expect(cpuMs() - started).toBeLessThan(1000);
});

function words(text = ''): string[] {
  return text === '' ? [] : text.split(' ');
}

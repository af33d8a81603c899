import { cpuMs } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { quoteMeta } from './quote.ts';
import { compileRegexp, RegexpError } from './regexp.ts';

test.each([
  ['^a.p$', 'app', true],
  ['^a.p$', 'a\np', false], // `.` is no line feed
  ['(?s)^a.p$', 'a\np', true],
  ['b', 'abc', true],
  ['(?i)ABC', 'xabc', true],
  ['\\Aab\\z', 'ab\n', false], // the end is the end, even before a line feed
  ['ab$', 'ab\n', false],
  ['[[:alpha:]]+', '1x', true],
  ['\\d', '٣', false], // digits are ASCII
  ['\\p{Greek}', 'α', true],
  ['^.$', '😀', true], // a code point, not two units
  ['a{,2}', 'a{,2}', true], // no repetition without a lower bound
  ['\\Q+\\E', '+', true],
])('%j finds a match in %j: %s', (source, text, want) => {
  expect(compileRegexp(source).test(text)).toBe(want);
});

test.each([
  ['(', 'error parsing regexp: missing closing ): `(`'],
  ['a)', 'error parsing regexp: unexpected ): `a)`'],
  ['*a', 'error parsing regexp: missing argument to repetition operator: `*`'],
  ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
  ['[z-a]', 'error parsing regexp: invalid character class range: `z-a`'],
  ['[a', 'error parsing regexp: missing closing ]: `[a`'],
  ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ['(?<=a)b', 'error parsing regexp: invalid named capture: `(?<=a)b`'],
  ['\\8', 'error parsing regexp: invalid escape sequence: `\\8`'],
  ['(a{1000}){1000}', 'error parsing regexp: invalid repeat count: `{1000}`'],
  ['\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
])('%j is refused as Go refuses it', (source, message) => {
  expect(() => compileRegexp(source)).toThrow(new RegexpError(message));
});

// image 14.6-135
test.each([
  ['(?P<n>a)|(?P<n>b)', 'a', '$n', 'a'],
  ['(?P<n>a)|(?P<n>b)', 'b', '$n-$1-$2', 'b--b'],
  ['(?<n>a)(?<n>b)', 'ab', '$n', 'a'],
  ['(?P<n>a)?(?P<n_2>x)?(?P<n>b)', 'xb', '$n $n_2', 'b x'],
  ['[(?P<n>]\\(?P<n>(?P<n>b)', '((P<n>b', '$n', 'b'], // a class and an escape open no group
  ['\\Q(?P<n>\\E(?P<n>b)', '(?P<n>b', '$n', 'b'],
])('%j in %j expands %j to %j', (source, text, template, want) => {
  expect(compileRegexp(source).replaceAll(text, template)).toContain(want);
});

test('names the whole expression when it nests too deeply', () => {
  const source = '('.repeat(1200) + ')'.repeat(1200);
  const message = `error parsing regexp: expression nests too deeply: \`${source}\``;
  expect(() => compileRegexp(source)).toThrow(new RegexpError(message));
});

describe('findAll', () => {
  // The same lists come from Go's FindAllStringIndex, whose offsets count bytes.
  test.each([
    [
      'a*',
      'baac',
      [
        [0, 0],
        [1, 3],
        [4, 4],
      ],
    ],
    [
      'a*',
      'baaac😀',
      [
        [0, 0],
        [1, 4],
        [5, 5],
        [7, 7],
      ],
    ],
    [
      '',
      '😀',
      [
        [0, 0],
        [2, 2],
      ],
    ],
  ])('%j in %j', (source, text, want) => {
    expect(
      compileRegexp(source)
        .findAll(text)
        .map(({ start, end }) => [start, end]),
    ).toEqual(want);
  });

  test('stops at the limit', () => {
    expect(compileRegexp('a').findAll('aaa', 2)).toHaveLength(2);
  });

  test('prefers the first alternative, not the longest', () => {
    expect(compileRegexp('a|ab').find('ab')?.groups).toEqual(['a']);
  });
});

test('a whole match takes the longer alternative', () => {
  expect(compileRegexp('a|ab').matchesWhole('ab')).toBe(true);
  expect(compileRegexp('b').matchesWhole('abc')).toBe(false);
});

test.each([
  ['(\\w+)-(?P<n>\\d+)', 'web-12', '$n:$1', '12:web'],
  ['(\\w+)-(\\d+)', 'web-12', '$1x$2', '12'], // `$1x` is the name `1x`
  ['(\\w+)-(\\d+)', 'web-12', '${1}x$2', 'webx12'],
  ['(a)|(b)', 'ab', '[$2]', '[][b]'],
  ['a', 'aXa', '$$', '$X$'],
  ['a', 'a', '$', '$'],
  ['a', 'a', '${', '${'],
  ['a', 'a', '${0}-$0', 'a-a'],
  ['a', 'a', '$toString', ''],
  ['a*', 'baac', 'x', 'xbxcx'],
])('%j in %j replaced by %j is %j', (source, text, template, want) => {
  expect(compileRegexp(source).replaceAll(text, template)).toBe(want);
});

test('replaces by a function', () => {
  expect(compileRegexp('\\d+').replaceAll('a1b22', ({ groups }) => `<${groups[0]}>`)).toBe('a<1>b<22>');
});

test('takes linear time where backtracking engines do not', () => {
  const started = cpuMs();
  expect(compileRegexp('^(a+)+$').test(`${'a'.repeat(20_000)}!`)).toBe(false);
  expect(cpuMs() - started).toBeLessThan(1000);
});

test('quotes what an expression would take for an operator', () => {
  expect(quoteMeta('a.b[c]{d}|^$*+?()\\-/')).toBe('a\\.b\\[c\\]\\{d\\}\\|\\^\\$\\*\\+\\?\\(\\)\\\\-/');
  expect(compileRegexp(quoteMeta('1.2+x')).matchesWhole('1.2+x')).toBe(true);
});

import { cpuMs } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { compareVersions } from './compare.ts';
import { parseRange } from './range.ts';
import { parseVersion, tryParseTagVersion } from './version.ts';

const chain = '0 1 2 10 18446744073709551615 18446744073709551616 ALPHA a alpha alpha.1 alpha.beta beta rc10 rc2'
  .split(' ')
  .map((prerelease) => `1.0.0-${prerelease}`);

// image 14.6-118
test('the chain of precedence ascends, each pair of it', () => {
  const versions = [...chain, '1.0.0', '1.0.1-0'].map(parseVersion);
  for (const [i, a] of versions.entries()) {
    for (const [j, b] of versions.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
  }
});

test.each([
  ['v1.0.0', '1.0.0'],
  ['1.0.0+a', '1.0.0+b'],
  ['01.0.0', '1.0.0'],
])('%s equals %s', (a, b) => {
  expect(compareVersions(parseVersion(a), parseVersion(b))).toBe(0);
});

// image 14.6-125
test('orders numbers above 2^53 exactly', () => {
  expect(compareVersions(parseVersion('9007199254740993.0.0'), parseVersion('9007199254740992.0.0'))).toBe(1);
});

// image 14.6-126
test('finds the newest of 100,000 tags within two seconds', () => {
  const tags = Array.from({ length: 100_000 }, (_, n) => `${n % 7}.${n % 1000}.${n}-build.${n}`);
  tags.splice(50_000, 0, '5.1000.0-build.2', '5.1000.0-build.10', '6.0.0');
  const range = parseRange('>=1.0.0-0 <6.0.0');
  const started = cpuMs();
  const versions = tags.map(tryParseTagVersion).filter((version) => version !== undefined);
  const newest = versions
    .filter((version) => range.test(version))
    .sort(compareVersions)
    .at(-1);
  expect(newest?.raw).toBe('5.1000.0-build.10');
  expect(cpuMs() - started).toBeLessThan(2000);
});

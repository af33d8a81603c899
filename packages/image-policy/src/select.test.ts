import { describe, expect, test } from 'vitest';
import { PolicyError } from './error.ts';
import { compilePolicy, type PolicySpec } from './select.ts';

const choose = (spec: PolicySpec, tags: string): string => compilePolicy(spec)(tags.split(' ')).tag;
const semver = (range: string): PolicySpec => ({ policy: { semver: { range } } });
const numerical = (order?: string): PolicySpec => ({ policy: { numerical: { order } } });
const alphabetical = (order?: string): PolicySpec => ({ policy: { alphabetical: { order } } });

describe('semver', () => {
  test.each([
    ['1.0.x', '1.0.0 1.0.0.1 1.0.0p 1.0.1 1.2.0 0.1.0', '1.0.1'], // image 14.6-127
    ['1.0.x', 'v1.2.3 v1.0.0 v0.1.0', 'v1.0.0'],
    ['*-0', '1.0.0-rc.1 1.0.0-rc.10', '1.0.0-rc.10'], // image 14.6-121
    ['*', '1.2.3 v1.2.3', 'v1.2.3'], // image 14.6-122
    ['*', 'v1.2.3 1.2.3', 'v1.2.3'],
    ['*', '1.2.3+a 1.2.3_b 1.2.3+b', '1.2.3+b'], // image 14.6-123
    ['>=2024.0.0', '2024.01.05 2024.1.4', '2024.01.05'], // image 14.6-124
    ['*', '18446744073709551616.0.0 9007199254740992.0.0 9007199254740993.0.0', '9007199254740993.0.0'], // image 14.6-125
  ])('%s of %s is %s', (range, tags, want) => {
    expect(choose(semver(range), tags)).toBe(want);
  });

  // image 14.6-120, 14.6-121
  test.each([
    ['>=1.0.0', '1.0.0-rc.1 1 v1 latest 1.2'],
    ['*', '1.0.0-rc.1'],
    ['1.0.x', 'b1.2.3 b1.0.0'],
  ])('%s finds nothing in %s', (range, tags) => {
    const why = 'unable to determine latest version from provided list';
    expect(() => choose(semver(range), tags)).toThrow(new PolicyError('Failure', why));
  });

  // image 14.6-119
  test.each([
    ['', 'improper constraint: ""'],
    ['||1.2.3', 'improper constraint: ""'],
    ['>=1.0.0 && <2.0.0', 'improper constraint: ">=1.0.0 && <2.0.0"'],
    ['latest', 'improper constraint: "latest"'],
  ])('the range %j is invalid before there is a tag', (range, why) => {
    expect(reasonOf(() => compilePolicy(semver(range)))).toEqual(['InvalidPolicy', `invalid policy: ${why}`]);
  });

  // image 14.6-126
  test('chooses of 100,000 tags within two seconds', () => {
    const tags = Array.from({ length: 100_000 }, (_, n) => `${n % 10}.${n % 1000}.${n}`);
    const before = process.cpuUsage();
    expect(compilePolicy(semver('<9'))([...tags, `8.1000.0-${'a'.repeat(200)}`, '8.1001.1']).tag).toBe('8.1001.1');
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });
});

describe('alphabetical', () => {
  test.each([
    [undefined, 'xenial yakkety zesty artful bionic', 'zesty'], // image 14.6-128
    ['desc', 'xenial yakkety zesty artful bionic', 'artful'],
    ['asc', '16.04 16.04.1 16.10 20.04 20.10', '20.10'],
    ['asc', 'Z a', 'a'],
  ])('%s of %s is %s', (order, tags, want) => {
    expect(choose(alphabetical(order), tags)).toBe(want);
  });
});

describe('numerical', () => {
  test.each([
    ['asc', '-62 -88 73 72 15 16 15 29 -33 -91', '73'],
    ['desc', '5 -8 -78 25 70 -4 80 92 -20 -24', '-78'],
    [undefined, '9 10 1e1', '10'], // image 14.6-129
    ['asc', '1_000 0x1p4 -3.5 .5 1.', '1_000'], // image 14.6-130
    ['asc', '0x1.8p-1 0.7', '0x1.8p-1'],
    ['asc', '0x1p-1080 -1', '0x1p-1080'],
    ['desc', 'inf 5 -Infinity', '-Infinity'],
  ])('%s of %s is %s', (order, tags, want) => {
    expect(choose(numerical(order), tags)).toBe(want);
  });

  // image 14.6-130
  test.each(['0x10', '1.2.3', '', '1a', '1__0', '1_', '_1', '1e400', '0x1p9999', 'infinit', '+nan', ' 1'])(
    '%j is no number',
    (tag) => {
      const why = `failed to parse invalid numeric value '${tag}'`;
      expect(() => compilePolicy(numerical())(['1', tag])).toThrow(new PolicyError('Failure', why));
    },
  );

  test('an unknown order is invalid', () => {
    const message = `invalid policy: invalid order argument provided: 'UP', must be one of: ASC, DESC`;
    expect(reasonOf(() => compilePolicy(numerical('up')))).toEqual(['InvalidPolicy', message]);
  });
});

describe('filterTags', () => {
  const tags = 'main-abc-123';
  const pattern = '^main-(?P<sha>[a-f0-9]+)-(?P<ts>\\d+)$';
  // image 14.6-134, 14.6-140
  test.each([
    ['$ts', '123'],
    ['${ts}', '123'],
    ['$2', '123'],
    ['$2x', ''],
    ['${2}x', '123x'],
    ['$ts_$sha', 'abc'],
    ['$ts.$sha', '123.abc'],
    ['$ts-$sha', '123-abc'],
    ['$0', 'main-abc-123'],
    ['$nope$9', ''],
    ['$$ts', '$ts'],
    ['$-${ts${ ts }$', '$-${ts${ ts }$'],
    ['const', 'const'],
  ])('extract %s gives %s', (extract, want) => {
    const { candidate, tag } = compilePolicy({ ...alphabetical(), filterTags: { pattern, extract } })([tags]);
    expect({ candidate, tag }).toEqual({ candidate: want, tag: tags });
  });

  test.each([
    [
      '1.0.0-rc\\.(?P<num>[0-9]+)',
      '$num',
      numerical(),
      '1.0.0 1.0.0-rc.1 1.0.0-rc.3 1.0.0-rc.2 1.0.1-rc.2',
      '1.0.0-rc.3',
    ],
    ['foo-(?P<word>[a-z]+)', '$word', alphabetical(), 'foo-aaa bar-bbb foo-zzz baz-nnn foo-ooo', 'foo-zzz'],
    ['^test-(.*)$', '$1', semver('>=0.x'), 'test-0.1.0 test-0.1.1 dev-0.2.0 1.0.0', 'test-0.1.1'],
    ['^(\\d+)-(\\d+)$', '$1.$2.0', semver('*'), '1-2 1-10', '1-10'],
    ['', '', semver('*'), '1.2.3 v1.2.3', 'v1.2.3'], // image 14.6-133
    ['.', 'const', alphabetical(), 'b a c', 'a'], // image 14.6-138
    ['1.0', '', alphabetical(), 'v1.0.5 10001 2', 'v1.0.5'], // image 14.6-141
    ['^(\\w)', '$1', alphabetical('desc'), 'b1 b2 c', 'b1'],
  ])('%s with %j', (filter, extract, spec, given, want) => {
    expect(choose({ ...spec, filterTags: { pattern: filter, extract } }, given)).toBe(want);
  });

  // image 14.6-132
  test('without a match there is nothing to choose from', () => {
    const spec = { ...semver('*'), filterTags: { pattern: '^x' } };
    expect(reasonOf(() => choose(spec, '1.0.0'))).toEqual(['Failure', 'version list argument cannot be empty']);
  });

  // image 14.6-136
  test.each(['(?!a)', '(a)\\1', 'a\\Z', 'a{1001}', '(a'])('the pattern %s is invalid before there is a tag', (bad) => {
    const [reason, message] = reasonOf(() => compilePolicy({ ...semver('*'), filterTags: { pattern: bad } }));
    expect(reason).toBe('InvalidPolicy');
    expect(message).toContain(
      `failed to filter tags: invalid regular expression pattern '${bad}': error parsing regexp: `,
    );
  });

  // image 14.6-137
  test('patterns take linear time', () => {
    const before = process.cpuUsage();
    const spec = { ...alphabetical(), filterTags: { pattern: '(a+)+$' } };
    expect(() => choose(spec, `${'a'.repeat(127)}b`)).toThrow('cannot be empty');
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });

  // image 14.6-139
  test('finds the newest of 1,000 builds', () => {
    const builds = Array.from({ length: 1000 }, (_, n) => `main-${(n * 7919).toString(16)}-${1_700_000_000 + n * 31}`);
    const filterTags = { pattern: '^main-[a-f0-9]+-(?P<ts>\\d+)$', extract: '$ts' };
    expect(choose({ ...numerical(), filterTags }, builds.toReversed().join(' '))).toBe(builds[999]);
  });
});

test('an empty policy is invalid', () => {
  const message = 'invalid policy: given ImagePolicyChoice object is invalid';
  expect(reasonOf(() => compilePolicy({ policy: {} }))).toEqual(['InvalidPolicy', message]);
});

function reasonOf(act: () => unknown): [string, string] {
  try {
    act();
  } catch (error) {
    if (error instanceof PolicyError) return [error.reason, error.message];
    throw error;
  }
  throw new Error('nothing was thrown');
}

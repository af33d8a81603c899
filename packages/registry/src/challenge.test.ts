import { cpuMs } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { parseChallenges, pickChallenge } from './challenge.ts';

test.each([
  ['Basic realm="x"', [['basic', { realm: 'x' }]]],
  ['Basic', [['basic', {}]]],
  [
    'Bearer realm="https://a/token?b=c,d",service=reg.io',
    [['bearer', { realm: 'https://a/token?b=c,d', service: 'reg.io' }]],
  ],
  ['BEARER Realm = "a\\"b" , Scope="r:a:pull r:b:pull"', [['bearer', { realm: 'a"b', scope: 'r:a:pull r:b:pull' }]]],
  [
    'Negotiate abc==, Basic realm="x", Bearer realm="y"',
    [
      ['negotiate', { abc: '=' }],
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y' }],
    ],
  ],
  ['Bearer realm="never closed', [['bearer', { realm: '' }]]],
  ['Bearer __proto__="x"', [['bearer', JSON.parse('{"__proto__":"x"}')]]],
  ['realm="x"', []],
  ['', []],
  [', ,', []],
])('%s', (header, want) => {
  const found = parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
  expect(found).toEqual(want);
});

test('the first that is known, else the first', () => {
  const pick = (header: string) => pickChallenge(parseChallenges(header))?.scheme;
  expect(pick('Negotiate, Digest realm="x", Basic, Bearer')).toBe('basic');
  expect(pick('Negotiate, Digest')).toBe('negotiate');
  expect(pick('')).toBeUndefined();
});

test.each([`Bearer ${'a="'.repeat(30_000)}`, `Bearer a="${'\\'.repeat(100_000)}`, `${', '.repeat(50_000)}"`])(
  'a hostile header is read in no time (%#)',
  (header) => {
    const start = cpuMs();
    parseChallenges(header);
    expect(cpuMs() - start).toBeLessThan(500);
  },
);
